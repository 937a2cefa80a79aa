using System.Buffers.Binary;
using System.Text;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>A message in the wire format of protocol buffers, taken apart without its schema.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Bytes, ulong Number)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes;
        while (!rest.IsEmpty)
        {
            var key = Varint(ref rest);
            var (field, wire) = ((int)(key >> 3), key & 7);
            switch (wire)
            {
                case 0:
                    _fields.Add((field, default, Varint(ref rest)));
                    break;
                case 1:
                    _fields.Add((field, default, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, 8).Span)));
                    break;
                case 2:
                    _fields.Add((field, Take(ref rest, (int)Varint(ref rest)), 0));
                    break;
                case 5:
                    _fields.Add((field, default, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, 4).Span)));
                    break;
                default:
                    throw new InvalidDataException($"Wire type {wire} is not used any more.");
            }
        }
    }

    public IEnumerable<ProtoMessage> All(int field) =>
        _fields.Where(one => one.Field == field).Select(static one => new ProtoMessage(one.Bytes));

    public IEnumerable<ProtoMessage> All(params int[] path) =>
        path.Length == 0 ? [this] : All(path[0]).SelectMany(message => message.All(path[1..]));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

    public ReadOnlyMemory<byte> Bytes(int field) => _fields.FirstOrDefault(one => one.Field == field).Bytes;

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var next = Take(ref rest, 1).Span[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int count)
    {
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
