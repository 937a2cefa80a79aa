using System.Buffers;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// Where the parts of one record lie in the records of a batch; made only from bytes that parse to the last one.
/// </summary>
/// <param name="End">The position behind the record: where the next one starts.</param>
/// <param name="TimestampDelta">Milliseconds from the batch's base timestamp.</param>
/// <param name="OffsetDelta">Offsets from the batch's base offset.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="HeaderCount">The number of headers.</param>
/// <param name="HeadersStart">The position of the first header.</param>
internal readonly record struct RecordFrame(
    int End,
    long TimestampDelta,
    int OffsetDelta,
    RecordSlice Key,
    RecordSlice Value,
    int HeaderCount,
    int HeadersStart)
{
    /// <summary>
    /// The size of the least record: its length, attributes, two deltas, two lengths and a header count.
    /// </summary>
    public const int BytesMin = 7;

    private const int BodyBytesMin = BytesMin - 1;
    private const int HeaderBytesMin = 2;

    /// <summary>Finds the parts of the record at <paramref name="position"/>, whatever the bytes are.</summary>
    /// <param name="records">The records of a batch, not compressed.</param>
    /// <param name="position">Where the record starts.</param>
    /// <param name="frame">The record; of no use when there is a fault.</param>
    /// <returns>Null, or what is wrong with the record: the end of a sentence.</returns>
    public static string? Read(ReadOnlySpan<byte> records, int position, out RecordFrame frame)
    {
        frame = default;
        if (!Varint.TryReadInt(records, ref position, out var length))
        {
            return "its length is not a varint of 32 bits";
        }

        if (length < BodyBytesMin || length > records.Length - position)
        {
            return $"its length is {length} where {BodyBytesMin} to {records.Length - position} are possible";
        }

        // Nothing below looks past the end of the record, so a wrong length inside cannot reach into the next one.
        var body = records[..(position + length)];
        position++;
        if (!Varint.TryReadLong(body, ref position, out var timestampDelta)
            || !Varint.TryReadInt(body, ref position, out var offsetDelta))
        {
            return "its timestamp delta or its offset delta is not a varint inside it";
        }

        if (!TryReadSlice(body, ref position, out var key) || !TryReadSlice(body, ref position, out var value))
        {
            return "its key or its value does not end inside it";
        }

        if (ReadHeaders(body, ref position, out var headerCount, out var headersStart) is { } fault)
        {
            return fault;
        }

        frame = new RecordFrame(position, timestampDelta, offsetDelta, key, value, headerCount, headersStart);
        return position == body.Length ? null : $"{body.Length - position} bytes of it are left over behind its parts";
    }

    /// <summary>Writes a record to another place of another batch; key, value and headers stay byte for byte.</summary>
    /// <param name="record">One whole record, which parses.</param>
    /// <param name="timestampDelta">Its new timestamp delta.</param>
    /// <param name="offsetDelta">Its new offset delta.</param>
    /// <param name="target">Where it goes.</param>
    public static void Copy(
        ReadOnlySpan<byte> record, long timestampDelta, int offsetDelta, ArrayBufferWriter<byte> target)
    {
        var position = 0;
        var complete = Varint.TryReadInt(record, ref position, out _);
        var attributes = record[position++];
        complete &= Varint.TryReadLong(record, ref position, out _) && Varint.TryReadInt(record, ref position, out _);
        Invariant.Holds(complete);

        // Behind the offset delta nothing depends on the record's place.
        var content = record[position..];
        var body = 1 + Varint.LengthOf(timestampDelta) + Varint.LengthOf(offsetDelta) + content.Length;
        var head = target.GetSpan((2 * Varint.IntBytesMax) + 1 + Varint.LongBytesMax);
        var length = Varint.Write(head, body);
        head[length++] = attributes;
        length += Varint.Write(head[length..], timestampDelta);
        length += Varint.Write(head[length..], offsetDelta);
        target.Advance(length);
        target.Write(content);
    }

    /// <summary>Reads a length and steps over as many bytes.</summary>
    /// <returns>
    /// False when they do not all lie in <paramref name="body"/>, or the length is below that of null.
    /// </returns>
    public static bool TryReadSlice(ReadOnlySpan<byte> body, ref int position, out RecordSlice slice)
    {
        slice = default;
        if (!Varint.TryReadInt(body, ref position, out var length)
            || length < RecordContent.NullLength
            || length > body.Length - position)
        {
            return false;
        }

        slice = new RecordSlice(position, length);
        position += Math.Max(length, 0);
        return true;
    }

    private static string? ReadHeaders(ReadOnlySpan<byte> body, ref int position, out int count, out int start)
    {
        start = 0;
        if (!Varint.TryReadInt(body, ref position, out count))
        {
            return "its header count is not a varint inside it";
        }

        start = position;
        var countMax = (body.Length - position) / HeaderBytesMin;
        if (count < 0 || count > countMax)
        {
            return $"its header count is {count} where 0 to {countMax} are possible";
        }

        for (var i = 0; i < count; i++)
        {
            if (!TryReadSlice(body, ref position, out var name)
                || name.IsNull
                || !TryReadSlice(body, ref position, out _))
            {
                return $"the name or the value of header {i} does not end inside it";
            }
        }

        return null;
    }
}
