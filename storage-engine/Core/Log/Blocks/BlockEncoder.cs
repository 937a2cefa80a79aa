using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
        var directoryEnd = BlockFormat.HeaderBytes + (batches.Count * BlockFormat.EntryBytes);

        // What stands in front of the batches and the CRC behind them, in one piece of memory.
        var own = new byte[directoryEnd + bodyBytes.Length + BlockFormat.TrailerBytes];
        var head = own.AsMemory(0, own.Length - BlockFormat.TrailerBytes);
        var entries = Assign(state, stamp, partition, batches, head.Span);
        bodyBytes.Span.CopyTo(head.Span[directoryEnd..]);

        var header = new BlockHeader(
            stamp.Kind,
            entries.Length == 0 ? own.Length : entries[^1].From + entries[^1].Length + BlockFormat.TrailerBytes,
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
        header.Write(head.Span);

        var parts = new RecordBatch[batches.Count];
        var (bytes, crc) = Join(batches, parts, head, own.AsMemory(head.Length));
        return new EncodedBlock(bytes, new LogBlock(
            state.Tail,
            header,
            ImmutableCollectionsMarshal.AsImmutableArray(entries),
            body,
            ImmutableCollectionsMarshal.AsImmutableArray(parts),
            BlockChain.Next(head.Span[..directoryEnd], crc)));
    }

    private static BlockEntry[] Assign(
        LogState state, BlockStamp stamp, PartitionId partition, IReadOnlyList<KeyedBatch> batches, Span<byte> head)
    {
        var entries = new BlockEntry[batches.Count];
        var offset = state.NextOffset;
        var from = head.Length;
        for (var place = 0; place < entries.Length; place++)
        {
            var batch = batches[place].Batch;
            batch.Assign(offset, stamp.Epoch);
            entries[place] = BlockEntry.Of(partition, batches[place], from);
            entries[place].Write(head[(BlockFormat.HeaderBytes + (place * BlockFormat.EntryBytes))..]);
            offset = batch.NextOffset;
            from += batch.Length;
        }

        return entries;
    }

    private static (ReadOnlySequence<byte> Bytes, uint Crc) Join(
        IReadOnlyList<KeyedBatch> batches, RecordBatch[] parts, ReadOnlyMemory<byte> head, Memory<byte> trailer)
    {
        var pieces = new ReadOnlyMemory<byte>[parts.Length + 2];
        pieces[0] = head;
        var crc = Crc32C.Compute(head.Span);
        for (var place = 0; place < parts.Length; place++)
        {
            var batch = parts[place] = batches[place].Batch;
            pieces[place + 1] = batch.Bytes;
            crc = Crc32C.Append(crc, batch.Bytes.Span);
        }

        BinaryPrimitives.WriteUInt32BigEndian(trailer.Span, crc);
        pieces[^1] = trailer;
        return (ByteSequence.Of(pieces), crc);
    }
}
