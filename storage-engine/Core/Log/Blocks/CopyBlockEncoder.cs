using System.Buffers;
using System.Buffers.Binary;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>Puts a block of a copy together: unlike in the log, the batches have their offsets already.</summary>
internal static class CopyBlockEncoder
{
    /// <summary>Builds a block.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="stamp">Who writes, when, under which nonce, epoch and kind.</param>
    /// <param name="body">What it carries besides batches.</param>
    /// <param name="entries">Its directory; where a batch begins is counted from the first one here.</param>
    /// <param name="batches">The batches, one behind the other; not copied.</param>
    /// <returns>What goes to the store, and the hash that the next block carries.</returns>
    public static (ReadOnlySequence<byte> Bytes, Bits128 NextChainHash) Encode(
        CopyPlace place,
        BlockStamp stamp,
        BlockBody body,
        IReadOnlyList<BlockEntry> entries,
        ReadOnlyMemory<byte> batches)
    {
        var bodyBytes = BlockBodyFormat.Encode(body);
        var directoryEnd = BlockFormat.HeaderBytes + (entries.Count * BlockFormat.EntryBytes);
        var head = new byte[directoryEnd + bodyBytes.Length];
        var length = head.Length + batches.Length + BlockFormat.TrailerBytes;
        Invariant.Holds(length <= SegmentLimits.BlockBytesMax && entries.Count <= BlockFormat.EntriesMax);
        new BlockHeader(
            stamp.Kind,
            length,
            entries.Count,
            bodyBytes.Length,
            stamp.Epoch,
            place.Log,
            stamp.WriterId,
            stamp.Nonce,
            place.Number,
            place.PreviousPosition,
            stamp.WrittenAt,
            place.ChainHash).Write(head);
        for (var at = 0; at < entries.Count; at++)
        {
            var entry = entries[at] with { From = entries[at].From + head.Length };
            entry.Write(head.AsSpan(BlockFormat.HeaderBytes + (at * BlockFormat.EntryBytes)));
        }

        bodyBytes.CopyTo(head.AsMemory(directoryEnd));
        var crc = Crc32C.Append(Crc32C.Compute(head), batches.Span);
        var trailer = new byte[BlockFormat.TrailerBytes];
        BinaryPrimitives.WriteUInt32BigEndian(trailer, crc);
        return (ByteSequence.Of([head, batches, trailer]), BlockChain.Next(head.AsSpan(0, directoryEnd), crc));
    }
}
