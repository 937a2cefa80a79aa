using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Rows;

/// <summary>The row of a sealed segment: what a reader needs to find records in it.</summary>
/// <param name="Segment">Its name.</param>
/// <param name="BaseOffset">Its first offset.</param>
/// <param name="NextOffset">The offset behind its last record.</param>
/// <param name="Bytes">Its length, the seal block included.</param>
/// <param name="Blocks">Its number of blocks, the seal included.</param>
/// <param name="CreatedAt">When its first block was written, in milliseconds since 1970.</param>
/// <param name="SealedAt">When its seal was written, in milliseconds since 1970.</param>
/// <param name="MinTimestamp">The smallest batch timestamp in it, in milliseconds since 1970.</param>
/// <param name="MaxTimestamp">The largest timestamp of the log up to its end: grows from row to row, so it can be
/// searched.</param>
/// <param name="SealPosition">Where its seal block begins.</param>
/// <param name="IndexInterval">The sparse index's interval in bytes.</param>
/// <param name="Index">The sparse index: 24 bytes an entry (position, base offset, largest timestamp before;
/// big-endian).</param>
/// <param name="SealBlock">The seal's number in the log; -1 in rows of earlier versions.</param>
/// <param name="LargestTimestamp">The largest timestamp of its own records, in milliseconds since 1970; -1 in rows of
/// earlier versions and in segments without records.</param>
/// <param name="Copied">Whether it is a copy: written as a whole by the keeper, from one or several sealed
/// segments.</param>
/// <param name="CleanedAt">When a compaction first took out what was outdated, in storage time, milliseconds since 1970;
/// null before.</param>
/// <param name="Tombstones">How many records without a value a compaction has left in it.</param>
/// <param name="CleanedTo">Up to which offset a compaction knew all keys, when it had no room for those of the whole
/// segment; null otherwise.</param>
internal sealed record SegmentRow(
    string Segment,
    long BaseOffset,
    long NextOffset,
    long Bytes,
    int Blocks,
    long CreatedAt,
    long SealedAt,
    long MinTimestamp,
    long MaxTimestamp,
    long SealPosition,
    long IndexInterval,
    byte[] Index,
    long SealBlock = -1,
    long LargestTimestamp = -1,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Copied = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long? CleanedAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Tombstones = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long? CleanedTo = null)
{
    private const int EntryBytes = 24;

    /// <summary>The row of a segment whose seal has just been folded.</summary>
    /// <param name="before">The log in front of the seal.</param>
    /// <param name="position">Where the seal begins.</param>
    /// <param name="length">The seal's length in bytes.</param>
    /// <param name="sealedAt">When the seal was written, in milliseconds since 1970.</param>
    public static SegmentRow Of(LogState before, long position, int length, long sealedAt) => new(
        before.Segment.Value,
        before.SegmentBaseOffset,
        before.NextOffset,
        position + length,
        before.SegmentBlocks + 1,
        before.SegmentBlocks == 0 ? sealedAt : before.SegmentCreatedAt,
        sealedAt,
        before.SegmentMinTimestamp,
        before.MaxTimestamp,
        position,
        before.Index.IntervalBytes,
        Encode(before.Index.Entries),
        before.NextBlockNumber,
        before.SegmentMaxTimestamp);

    /// <summary>Whether it holds an offset.</summary>
    public bool Holds(long offset) => BaseOffset <= offset && offset < NextOffset;

    /// <summary>The segment's name.</summary>
    public SegmentName SegmentName() => new(Segment);

    /// <summary>The sparse index.</summary>
    public SparseIndex SparseIndex() => new(IndexInterval, Decode(Index));

    /// <summary>The entries of a sparse index as <see cref="Index"/> holds them.</summary>
    internal static byte[] Encode(ImmutableArray<IndexEntry> entries)
    {
        var bytes = new byte[entries.Length * EntryBytes];
        for (var place = 0; place < entries.Length; place++)
        {
            var target = bytes.AsSpan(place * EntryBytes);
            BinaryPrimitives.WriteInt64BigEndian(target, entries[place].Position);
            BinaryPrimitives.WriteInt64BigEndian(target[8..], entries[place].BaseOffset);
            BinaryPrimitives.WriteInt64BigEndian(target[16..], entries[place].MaxTimestampBefore);
        }

        return bytes;
    }

    private static ImmutableArray<IndexEntry> Decode(byte[] bytes)
    {
        var entries = ImmutableArray.CreateBuilder<IndexEntry>(bytes.Length / EntryBytes);
        for (var from = 0; from + EntryBytes <= bytes.Length; from += EntryBytes)
        {
            entries.Add(new IndexEntry(
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(from)),
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(from + 8)),
                BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(from + 16))));
        }

        return entries.DrainToImmutable();
    }
}
