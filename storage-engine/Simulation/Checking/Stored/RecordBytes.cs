using System.Text;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>Takes one record of a batch apart.</summary>
internal static class RecordBytes
{
    /// <summary>Reads the next record; null when the bytes are none.</summary>
    /// <param name="bytes">From its first byte on; from behind it afterwards.</param>
    /// <returns>The record, with its timestamp's distance from the batch's, and its offset's.</returns>
    public static (StoredRecord Record, long OffsetDelta)? Read(ref ReadOnlySpan<byte> bytes)
    {
        // Length, attributes, timestamp delta, offset delta, key, value, headers.
        var length = Varint(ref bytes);
        if (length < 1 || length > bytes.Length)
        {
            return null;
        }

        var record = bytes[1..(int)length];
        bytes = bytes[(int)length..];
        var (timestamp, offset) = (Varint(ref record), Varint(ref record));
        var content = Checksum.Of(record);
        var keyLength = Varint(ref record);
        if (!Take(ref record, keyLength, out var key))
        {
            return null;
        }

        var valueLength = Varint(ref record);
        if (!Take(ref record, valueLength, out var value))
        {
            return null;
        }

        return (
            new StoredRecord(timestamp, RecordValue.Decode(valueLength < 0 ? FirstHeader(record) : value))
            {
                Key = keyLength < 0 ? null : Encoding.UTF8.GetString(key),
                IsTombstone = valueLength < 0,
                Content = content,
            },
            offset);
    }

    // A record without a value says in its first header which one it is.
    private static ReadOnlySpan<byte> FirstHeader(ReadOnlySpan<byte> headers) =>
        Varint(ref headers) > 0
        && Take(ref headers, Varint(ref headers), out _)
        && Take(ref headers, Varint(ref headers), out var value)
            ? value
            : [];

    private static bool Take(scoped ref ReadOnlySpan<byte> bytes, long length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > bytes.Length)
        {
            return false;
        }

        var count = (int)Math.Max(0, length);
        taken = bytes[..count];
        bytes = bytes[count..];
        return true;
    }

    // Zig-zag, seven bits a byte, the lowest first; bytes that end too early read as zeros.
    private static long Varint(scoped ref ReadOnlySpan<byte> bytes)
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
