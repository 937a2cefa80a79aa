using System.Buffers.Binary;
using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Histories;
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
    /// <param name="from">Where the batch must begin; behind it afterwards.</param>
    /// <param name="fault">What is wrong, when null is returned.</param>
    public static StoredBatch? Parse(
        ReadOnlyMemory<byte> block,
        ReadOnlySpan<byte> entry,
        ICompression compression,
        ref int from,
        out string? fault)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(entry[60..]);
        fault = BinaryPrimitives.ReadInt32BigEndian(entry[56..]) != from ? $"does not begin at {from}"
            : length < HeaderBytes || length > block.Length - from ? $"length {length}"
            : FaultOf(block.Span.Slice(from, length), block.Span, entry);
        if (fault is not null)
        {
            return null;
        }

        var batch = block.Slice(from, length);
        var records = ReadRecords(batch, compression);
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
            records.Value);
    }

    private static string? FaultOf(ReadOnlySpan<byte> batch, ReadOnlySpan<byte> block, ReadOnlySpan<byte> entry)
    {
        var count = BinaryPrimitives.ReadInt32BigEndian(batch[57..]);
        var keyed = BinaryPrimitives.ReadUInt128BigEndian(entry[64..]) != 0;
        return batch[16] != 2 ? $"magic {batch[16]}"
            : BinaryPrimitives.ReadInt32BigEndian(batch[8..]) != batch.Length - 12 ? "its own length differs"
            : BinaryPrimitives.ReadUInt32BigEndian(batch[17..]) != Checksum.Of(batch[21..]) ? "its CRC does not hold"
            : !batch[12..16].SequenceEqual(block[20..24]) ? "its leader epoch is not the block's"
            : count < 1 || BinaryPrimitives.ReadInt32BigEndian(batch[23..]) != count - 1 ? $"record count {count}"
            : BinaryPrimitives.ReadInt32BigEndian(entry[20..]) != count ? "the directory states another record count"
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

    private static ImmutableArray<StoredRecord>? ReadRecords(ReadOnlyMemory<byte> batch, ICompression compression)
    {
        var attributes = BinaryPrimitives.ReadInt16BigEndian(batch.Span[21..]);
        var baseTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch.Span[27..]);
        var maxTimestamp = BinaryPrimitives.ReadInt64BigEndian(batch.Span[35..]);
        var bytes = Restore((CompressionType)(attributes & CompressionBits), batch[HeaderBytes..], compression);
        var records = new StoredRecord[BinaryPrimitives.ReadInt32BigEndian(batch.Span[57..])];
        for (var place = 0; place < records.Length; place++)
        {
            if (!ReadRecord(ref bytes, place, out var delta, out var value))
            {
                return null;
            }

            records[place] = new StoredRecord(
                (attributes & LogAppendTimeBit) != 0 ? maxTimestamp : unchecked(baseTimestamp + delta), value);
        }

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

    // Length, attributes, timestamp delta, offset delta, key, value, headers; what is behind the value has no meaning
    // here.
    private static bool ReadRecord(ref ReadOnlySpan<byte> bytes, int place, out long delta, out long value)
    {
        (delta, value) = (0, -1);
        var length = Varint(ref bytes);
        if (length < 1 || length > bytes.Length)
        {
            return false;
        }

        var record = bytes[1..(int)length];
        bytes = bytes[(int)length..];
        delta = Varint(ref record);
        if (Varint(ref record) != place || !Skip(ref record, Varint(ref record), out _)
            || !Skip(ref record, Varint(ref record), out var found))
        {
            return false;
        }

        value = RecordValue.Decode(found);
        return true;
    }

    private static bool Skip(ref ReadOnlySpan<byte> bytes, long length, out ReadOnlySpan<byte> skipped)
    {
        skipped = default;
        if (length > bytes.Length)
        {
            return false;
        }

        var count = (int)Math.Max(0, length);
        skipped = bytes[..count];
        bytes = bytes[count..];
        return true;
    }

    // Zig-zag, seven bits a byte, the lowest first; bytes that end too early read as zeros.
    private static long Varint(ref ReadOnlySpan<byte> bytes)
    {
        var raw = 0UL;
        for (var shift = 0; shift < 64 && !bytes.IsEmpty; shift += 7)
        {
            var one = bytes[0];
            bytes = bytes[1..];
            raw |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                break;
            }
        }

        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }
}
