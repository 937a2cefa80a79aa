using System.Buffers.Binary;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>Puts a block together around record batches that stay where they are.</summary>
internal static class BlockEncoder
{
    /// <summary>Builds the block that follows <paramref name="state"/>.</summary>
    /// <param name="state">The log as folded so far; the block's position, number, chain hash and offsets follow from
    /// it.</param>
    /// <param name="stamp">Who writes, when, under which nonce, epoch and kind.</param>
    /// <param name="body">What the block carries besides batches.</param>
    /// <param name="partition">The partition of all batches.</param>
    /// <param name="batches">Each gets its base offset and leader epoch written into its own bytes.</param>
    public static EncodedBlock Encode(
        LogState state, BlockStamp stamp, BlockBody body, PartitionId partition, IReadOnlyList<KeyedBatch> batches)
    {
        var bodyBytes = BlockBodyFormat.Encode(body);
        Invariant.Holds(bodyBytes.Length <= BlockFormat.BodyBytesMax);
        Invariant.Holds(batches.Count <= BlockFormat.EntriesMax);
        var directoryBytes = batches.Count * BlockFormat.EntryBytes;
        var head = new byte[BlockFormat.HeaderBytes + directoryBytes + bodyBytes.Length];
        var entries = Assign(state, stamp, partition, batches, head);
        bodyBytes.Span.CopyTo(head.AsSpan(BlockFormat.HeaderBytes + directoryBytes));

        var header = new BlockHeader(
            stamp.Kind,
            entries.Length == 0
                ? head.Length + BlockFormat.TrailerBytes
                : entries[^1].From + entries[^1].Length + BlockFormat.TrailerBytes,
            entries.Length,
            bodyBytes.Length,
            stamp.Epoch,
            state.Log,
            stamp.WriterId,
            stamp.Nonce,
            state.NextBlockNumber,
            state.PreviousPosition,
            stamp.WrittenAt,
            state.ChainHash);
        Invariant.Holds(header.Length <= SegmentLimits.BlockBytesMax);
        header.Write(head);
        return Finish(state.Tail, header, entries, body, batches, head);
    }

    private static BlockEntry[] Assign(
        LogState state, BlockStamp stamp, PartitionId partition, IReadOnlyList<KeyedBatch> batches, byte[] head)
    {
        var entries = new BlockEntry[batches.Count];
        var offset = state.NextOffset;
        var from = head.Length;
        for (var place = 0; place < entries.Length; place++)
        {
            var batch = batches[place].Batch;
            batch.Assign(offset, stamp.Epoch);
            entries[place] = BlockEntry.Of(partition, batches[place], from);
            entries[place].Write(head.AsSpan(BlockFormat.HeaderBytes + (place * BlockFormat.EntryBytes)));
            offset = batch.NextOffset;
            from += batch.Length;
        }

        return entries;
    }

    private static EncodedBlock Finish(
        long position,
        BlockHeader header,
        BlockEntry[] entries,
        BlockBody body,
        IReadOnlyList<KeyedBatch> batches,
        byte[] head)
    {
        var pieces = new ReadOnlyMemory<byte>[batches.Count + 2];
        pieces[0] = head;
        var crc = Crc32C.Compute(head);
        for (var place = 0; place < batches.Count; place++)
        {
            pieces[place + 1] = batches[place].Batch.Bytes;
            crc = Crc32C.Append(crc, batches[place].Batch.Bytes.Span);
        }

        var trailer = new byte[BlockFormat.TrailerBytes];
        BinaryPrimitives.WriteUInt32BigEndian(trailer, crc);
        pieces[^1] = trailer;
        var chainedBytes = BlockFormat.HeaderBytes + (entries.Length * BlockFormat.EntryBytes);
        var next = BlockChain.Next(head.AsSpan(0, chainedBytes), crc);
        return new EncodedBlock(
            ByteSequence.Of(pieces),
            new LogBlock(position, header, entries, body, [.. batches.Select(static keyed => keyed.Batch)], next));
    }
}
