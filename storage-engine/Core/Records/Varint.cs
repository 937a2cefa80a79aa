using System.Numerics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// The signed variable-length integers inside a record: zig-zag, then 7 bits to a byte with the lowest first, as in
/// Protocol Buffers' <c>sint32</c> and <c>sint64</c> (KIP-98).
/// </summary>
internal static class Varint
{
    /// <summary>The most bytes a 32-bit number takes.</summary>
    public const int IntBytesMax = 5;

    /// <summary>The most bytes a 64-bit number takes.</summary>
    public const int LongBytesMax = 10;

    private const int BitsPerByte = 7;
    private const byte More = 0x80;

    /// <summary>
    /// The bytes that <see cref="Write"/> would use; a 32-bit number has the same form as its 64-bit equal.
    /// </summary>
    public static int LengthOf(long value) => (BitOperations.Log2(ZigZag(value) | 1) / BitsPerByte) + 1;

    /// <summary>Writes <paramref name="value"/> to the start of <paramref name="target"/>.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Write(Span<byte> target, long value)
    {
        var rest = ZigZag(value);
        var length = 0;
        while (rest >= More)
        {
            target[length++] = unchecked((byte)(rest | More));
            rest >>= BitsPerByte;
        }

        target[length] = (byte)rest;
        return length + 1;
    }

    /// <summary>Reads a 32-bit number at <paramref name="position"/> and moves behind it.</summary>
    /// <returns>False when the bytes end too early or hold a larger number; the position is then of no use.</returns>
    public static bool TryReadInt(ReadOnlySpan<byte> bytes, ref int position, out int value)
    {
        var complete = TryReadBits(bytes, ref position, IntBytesMax, out var bits) && bits <= uint.MaxValue;
        value = unchecked((int)UnZigZag(bits));
        return complete;
    }

    /// <summary>Reads a 64-bit number at <paramref name="position"/> and moves behind it.</summary>
    /// <returns>False when the bytes end too early or hold a larger number; the position is then of no use.</returns>
    public static bool TryReadLong(ReadOnlySpan<byte> bytes, ref int position, out long value)
    {
        var complete = TryReadBits(bytes, ref position, LongBytesMax, out var bits);
        value = UnZigZag(bits);
        return complete;
    }

    private static bool TryReadBits(ReadOnlySpan<byte> bytes, ref int position, int lengthMax, out ulong bits)
    {
        bits = 0;
        for (var index = 0; index < lengthMax && position < bytes.Length; index++)
        {
            var next = bytes[position++];
            bits |= (ulong)(next & ~More) << (index * BitsPerByte);
            if (next < More)
            {
                // The tenth byte has room for one bit; whatever is above it would be lost without a trace.
                return index < LongBytesMax - 1 || next <= 1;
            }
        }

        return false;
    }

    private static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static long UnZigZag(ulong bits) => unchecked((long)(bits >> 1) ^ -(long)(bits & 1));
}
