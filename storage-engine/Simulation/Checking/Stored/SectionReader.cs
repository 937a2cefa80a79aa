using System.Buffers.Binary;
using System.Text;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>Reads the content of a section from front to back.</summary>
/// <param name="bytes">The content.</param>
internal ref struct SectionReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    public byte Byte() => Take(sizeof(byte))[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public UInt128 UInt128() => BinaryPrimitives.ReadUInt128BigEndian(Take(16));

    public string Text() => Encoding.UTF8.GetString(Take(Int32()));

    public string Text16() => Encoding.UTF8.GetString(Take(Int16()));

    public (UInt128 Id, string Address) Node() => (UInt128(), Text());

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
