using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The numbers and texts of a block's body: big-endian; a text is its length (4 bytes) and UTF-8.</summary>
/// <remarks>
/// What reads moves its source behind what it read, and throws <see cref="ArgumentOutOfRangeException"/> when the bytes
/// end before.
/// </remarks>
internal static class SectionBytes
{
    public static void WriteByte(ArrayBufferWriter<byte> target, byte value)
    {
        target.GetSpan(1)[0] = value;
        target.Advance(1);
    }

    public static void WriteInt16(ArrayBufferWriter<byte> target, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(target.GetSpan(sizeof(short)), value);
        target.Advance(sizeof(short));
    }

    public static void WriteInt32(ArrayBufferWriter<byte> target, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(target.GetSpan(sizeof(int)), value);
        target.Advance(sizeof(int));
    }

    public static void WriteInt64(ArrayBufferWriter<byte> target, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(target.GetSpan(sizeof(long)), value);
        target.Advance(sizeof(long));
    }

    public static void WriteBits128(ArrayBufferWriter<byte> target, Bits128 value)
    {
        Bits128.Write(target.GetSpan(16), value);
        target.Advance(16);
    }

    public static void WriteText(ArrayBufferWriter<byte> target, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        WriteInt32(target, bytes.Length);
        target.Write(bytes);
    }

    public static byte ReadByte(ref ReadOnlySpan<byte> source) => Take(ref source, 1)[0];

    public static short ReadInt16(ref ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadInt16BigEndian(Take(ref source, sizeof(short)));

    public static int ReadInt32(ref ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadInt32BigEndian(Take(ref source, sizeof(int)));

    public static long ReadInt64(ref ReadOnlySpan<byte> source) =>
        BinaryPrimitives.ReadInt64BigEndian(Take(ref source, sizeof(long)));

    public static Bits128 ReadBits128(ref ReadOnlySpan<byte> source) =>
        Bits128.Read(Take(ref source, 16));

    public static string ReadText(ref ReadOnlySpan<byte> source) =>
        Encoding.UTF8.GetString(Take(ref source, ReadInt32(ref source)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> source, int count)
    {
        var taken = source[..count];
        source = source[count..];
        return taken;
    }
}
