using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>The sections of a block's body.</summary>
internal static class StoredSection
{
    public const byte State = 1;
    public const byte Leader = 2;
    public const byte Seal = 3;
    public const byte Memory = 4;
    public const byte Fence = 5;
    public const byte Summary = 7;

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
        var section = new SectionReader(bytes);
        var numbers = new long[6];
        for (var place = 0; place < numbers.Length; place++)
        {
            numbers[place] = section.Int64();
        }

        var (leader, address) = section.Node();
        var (interval, index) = ReadIndex(ref section);
        return new StoredState(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], leader, address, interval, index);
    }

    public static StoredSummary ReadSummary(ReadOnlySpan<byte> bytes)
    {
        var section = new SectionReader(bytes);
        var (first, next, records) = (section.Int64(), section.Int64(), section.Int64());
        var (least, largest) = (section.Int64(), section.Int64());
        var (interval, index) = ReadIndex(ref section);
        return new StoredSummary(first, next, records, least, largest, interval, index);
    }

    public static (UInt128 Id, string Address) ReadLeader(ReadOnlySpan<byte> bytes) => new SectionReader(bytes).Node();

    public static string ReadText(ReadOnlySpan<byte> bytes) => new SectionReader(bytes).Text();

    public static StoredMemory ReadMemory(ReadOnlySpan<byte> bytes)
    {
        var section = new SectionReader(bytes);
        var (time, token) = (section.Int64(), section.Text());
        var producers = ImmutableArray.CreateBuilder<StoredProducer>();
        for (var left = section.Int32(); left > 0; left--)
        {
            producers.Add(ReadProducer(ref section));
        }

        var runs = ImmutableArray.CreateBuilder<StoredRun>();
        for (var left = section.Int32(); left > 0; left--)
        {
            runs.Add(new StoredRun(
                section.UInt128(),
                section.Int32(),
                section.Int32(),
                section.Int64(),
                section.Int64(),
                section.Int64()));
        }

        return new StoredMemory(time, token, producers.DrainToImmutable(), runs.DrainToImmutable());
    }

    private static (long Interval, ImmutableArray<StoredIndexEntry> Entries) ReadIndex(ref SectionReader section)
    {
        var interval = section.Int64();
        var index = ImmutableArray.CreateBuilder<StoredIndexEntry>();
        for (var left = section.Int64(); left > 0; left--)
        {
            index.Add(new StoredIndexEntry(section.Int64(), section.Int64(), section.Int64()));
        }

        return (interval, index.DrainToImmutable());
    }

    private static StoredProducer ReadProducer(ref SectionReader section)
    {
        var (id, epoch, lastTime) = (section.Int64(), section.Int16(), section.Int64());
        var firstSequence = section.Int32();
        var batches = ImmutableArray.CreateBuilder<(int RecordCount, long BaseOffset, long AppendTime)>();
        for (var left = section.Byte(); left > 0; left--)
        {
            batches.Add((section.Int32(), section.Int64(), section.Int64()));
        }

        return new StoredProducer(id, epoch, lastTime, firstSequence, batches.DrainToImmutable());
    }
}
