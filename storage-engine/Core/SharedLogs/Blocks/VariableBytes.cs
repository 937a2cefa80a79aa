using System.Buffers;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>Numbers from 0 on in as few bytes as they need: seven bits each, the lowest first.</summary>
internal static class VariableBytes
{
    private const int BytesMax = 9;

    /// <summary>Writes a number.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="value">Not negative.</param>
    public static void Write(ArrayBufferWriter<byte> target, long value)
    {
        var span = target.GetSpan(BytesMax);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[count++] = (byte)((value & 0x7F) | 0x80);
        }

        span[count++] = (byte)value;
        target.Advance(count);
    }

    /// <summary>Reads a number and moves the source behind it.</summary>
    /// <exception cref="ArgumentException">The bytes end before, or the number is too large.</exception>
    public static long Read(ref ReadOnlySpan<byte> source)
    {
        var value = 0L;
        for (var count = 0; count < BytesMax && count < source.Length; count++)
        {
            value |= (long)(source[count] & 0x7F) << (7 * count);
            if (source[count] < 0x80)
            {
                source = source[(count + 1)..];
                return value;
            }
        }

        throw new ArgumentException("a number does not end");
    }
}
