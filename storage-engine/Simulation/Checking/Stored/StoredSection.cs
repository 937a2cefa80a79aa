using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>The sections of a block's body.</summary>
internal static class StoredSection
{
    public const byte State = 1;
    public const byte Leader = 2;
    public const byte Seal = 3;

    private const int HeaderBytes = 5;

    /// <summary>Takes a body apart; null when it ends inside a section or repeats one.</summary>
    public static ImmutableSortedDictionary<byte, ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return ImmutableSortedDictionary<byte, ReadOnlyMemory<byte>>.Empty;
        }

        var sections = ImmutableSortedDictionary.CreateBuilder<byte, ReadOnlyMemory<byte>>();
        while (!body.IsEmpty)
        {
            var length = body.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt32BigEndian(body.Span[1..]);
            if (length < 0 || length > body.Length - HeaderBytes
                || !sections.TryAdd(body.Span[0], body.Slice(HeaderBytes, length)))
            {
                return null;
            }

            body = body[(HeaderBytes + length)..];
        }

        return sections.ToImmutable();
    }

    public static StoredState ReadState(ReadOnlySpan<byte> bytes)
    {
        var numbers = new long[6];
        for (var place = 0; place < numbers.Length; place++)
        {
            numbers[place] = Int64(ref bytes);
        }

        var (leader, address) = Node(ref bytes);
        var interval = Int64(ref bytes);
        var index = ImmutableArray.CreateBuilder<StoredIndexEntry>();
        for (var left = Int64(ref bytes); left > 0; left--)
        {
            index.Add(new StoredIndexEntry(Int64(ref bytes), Int64(ref bytes), Int64(ref bytes)));
        }

        return new StoredState(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
            leader, address, interval, index.DrainToImmutable());
    }

    public static (UInt128 Id, string Address) ReadLeader(ReadOnlySpan<byte> bytes) => Node(ref bytes);

    public static string ReadSuccessor(ReadOnlySpan<byte> bytes) => Text(ref bytes);

    private static (UInt128 Id, string Address) Node(ref ReadOnlySpan<byte> bytes)
    {
        var id = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        bytes = bytes[16..];
        return (id, Text(ref bytes));
    }

    private static string Text(ref ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        var text = Encoding.UTF8.GetString(bytes.Slice(sizeof(int), length));
        bytes = bytes[(sizeof(int) + length)..];
        return text;
    }

    private static long Int64(ref ReadOnlySpan<byte> bytes)
    {
        var value = BinaryPrimitives.ReadInt64BigEndian(bytes);
        bytes = bytes[sizeof(long)..];
        return value;
    }
}
