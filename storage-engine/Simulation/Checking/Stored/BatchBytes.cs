using System.Buffers.Binary;
using System.Collections.Immutable;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>Takes a record batch apart and holds it against its directory entry.</summary>
internal static class BatchBytes
{
    private const int HeaderBytes = 61;
    private const int LogAppendTimeBit = 8;
    private const int CompressionBits = 7;

    /// <summary>Reads one batch.</summary>
    /// <param name="block">The block's bytes.</param>
    /// <param name="entry">The directory entry.</param>
    /// <param name="compression">The codecs.</param>
    /// <param name="isCopied">Whether it is a batch of a copy: it keeps its own epoch, and may have gaps.</param>
    /// <param name="from">Where the batch must begin; behind it afterwards.</param>
    /// <param name="fault">What is wrong, when null is returned.</param>
    public static StoredBatch? Parse(
        ReadOnlyMemory<byte> block,
        ReadOnlySpan<byte> entry,
        ICompression compression,
        bool isCopied,
        ref int from,
        out string? fault)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(entry[60..]);
        fault = BinaryPrimitives.ReadInt32BigEndian(entry[56..]) != from ? $"does not begin at {from}"
            : length < HeaderBytes || length > block.Length - from ? $"length {length}"
            : FaultOf(block.Span.Slice(from, length), block.Span, entry, isCopied);
        if (fault is not null)
        {
            return null;
        }

        var batch = block.Slice(from, length);
        var records = ReadRecords(batch, compression, isCopied, out var deltas);
        if (records is null)
        {
            fault = "its records do not parse";
            return null;
        }

        from += length;
        return new StoredBatch(
            BinaryPrimitives.ReadInt64BigEndian(entry[24..]),
            BinaryPrimitives.ReadInt64BigEndian(entry[32..]),
            BinaryPrimitives.ReadInt16BigEndian(entry[40..]),
            BinaryPrimitives.ReadInt32BigEndian(entry[44..]),
            BinaryPrimitives.ReadInt64BigEndian(entry[48..]),
            (BinaryPrimitives.ReadInt16BigEndian(entry[42..]) & LogAppendTimeBit) != 0,
            BinaryPrimitives.ReadUInt128BigEndian(entry[64..]),
            records.Value)
        {
            Gaps = isCopied ? (BinaryPrimitives.ReadInt32BigEndian(batch.Span[23..]) + 1, deltas) : (0, []),
        };
    }

    private static string? FaultOf(
        ReadOnlySpan<byte> batch, ReadOnlySpan<byte> block, ReadOnlySpan<byte> entry, bool isCopied)
    {
        var count = BinaryPrimitives.ReadInt32BigEndian(batch[57..]);
        var span = BinaryPrimitives.ReadInt32BigEndian(batch[23..]) + 1L;
        var epoch = BinaryPrimitives.ReadInt32BigEndian(block[20..]);
        var keyed = BinaryPrimitives.ReadUInt128BigEndian(entry[64..]) != 0;
        return batch[16] != 2 ? $"magic {batch[16]}"
            : BinaryPrimitives.ReadInt32BigEndian(batch[8..]) != batch.Length - 12 ? "its own length differs"
            : BinaryPrimitives.ReadUInt32BigEndian(batch[17..]) != Checksum.Of(batch[21..]) ? "its CRC does not hold"
            : isCopied && BinaryPrimitives.ReadInt32BigEndian(batch[12..]) > epoch ? "its leader epoch leads the block's"
            : !isCopied && !batch[12..16].SequenceEqual(block[20..24]) ? "its leader epoch is not the block's"
            : count < 1 || span < count || (!isCopied && span != count) ? $"record count {count} over {span} offsets"
            : BinaryPrimitives.ReadInt32BigEndian(entry[20..]) != span ? "the directory states another record count"
            : !entry[24..32].SequenceEqual(batch[..8]) ? "the directory states another base offset"
            : !entry[32..42].SequenceEqual(batch[43..53]) ? "the directory states another producer"
            : !entry[42..44].SequenceEqual(batch[21..23]) ? "the directory states other attributes"
            : !keyed && !entry[44..48].SequenceEqual(batch[53..57]) ? "the directory states another base sequence"
            : !entry[48..56].SequenceEqual(batch[35..43]) ? "the directory states another largest timestamp"
            : OwnerFault(entry, block);
    }

    // A log's id is its topic's id plus the partition's index.
    private static string? OwnerFault(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> block)
    {
        var topic = BinaryPrimitives.ReadUInt128BigEndian(entry);
        var partition = BinaryPrimitives.ReadUInt32BigEndian(entry[16..]);
        return topic + partition == BinaryPrimitives.ReadUInt128BigEndian(block[24..])
            ? null
            : $"it belongs to partition {partition} of topic {topic:x32}";
    }

    private static ImmutableArray<StoredRecord>? ReadRecords(
        ReadOnlyMemory<byte> batch, ICompression compression, bool isCopied, out ImmutableArray<int> deltas)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch.Span[21..]);
        var baseTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch.Span[27..]);
        var maxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch.Span[35..]);
        var bytes = Restore((CompressionType)(attributes & CompressionBits), batch[HeaderBytes..], compression);
        var lastDelta = BinaryPrimitives.ReadInt32BigEndian(batch.Span[23..]);
        var records = new StoredRecord[BinaryPrimitives.ReadInt32BigEndian(batch.Span[57..])];
        var offsets = new int[isCopied ? records.Length : 0];
        deltas = [];
        for (var place = 0; place < records.Length; place++)
        {
            if (RecordBytes.Read(ref bytes) is not { } record
                || (isCopied
                    ? record.OffsetDelta > lastDelta || record.OffsetDelta < (place > 0 ? offsets[place - 1] + 1 : 0)
                    : record.OffsetDelta != place))
            {
                return null;
            }

            if (isCopied)
            {
                offsets[place] = (int)record.OffsetDelta;
            }

            records[place] = record.Record with
            {
                Timestamp = (attributes & LogAppendTimeBit) != 0
                    ? maxTimestamp
                    : unchecked(baseTimestamp + record.Record.Timestamp),
            };
        }

        deltas = ImmutableArray.Create(offsets);
        return bytes.IsEmpty ? ImmutableArray.Create(records) : null;
    }

    // What does not restore has no records, so that the count does not fit.
    private static ReadOnlySpan<byte> Restore(
        CompressionType codec, ReadOnlyMemory<byte> records, ICompression compression)
    {
        try
        {
            return codec == CompressionType.None
                ? records.Span
                : compression.Decompress(codec, records, RecordBatchReader.DecompressedBytesMax).Span;
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
