using System.Buffers.Binary;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>
/// What shared logs carry: their blocks, taken apart as <c>FORMAT.md</c> says and in the order in which they were stored.
/// </summary>
/// <remarks>With code of its own, like everything that reads what the engine wrote.</remarks>
public sealed class CarriedSegments
{
    private const string CarrierPrefix = "carriers/";
    private const uint Magic = 0x534C_4342;
    private const int HeaderBytes = 64;
    private const int TrailerBytes = 4;
    private readonly SortedDictionary<string, SharedChain> _logs = new(StringComparer.Ordinal);

    /// <summary>Every segment that a shared log carries now, with its bytes.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> All => _logs.Values
        .SelectMany(static log => log.Segments.Values)
        .Select(static segment => KeyValuePair.Create(segment.Name, segment.Bytes.ToArray()));

    /// <summary>Whether a segment is a carrier of a shared log.</summary>
    public static bool IsCarrier(string segment) => segment.StartsWith(CarrierPrefix, StringComparison.Ordinal);

    /// <summary>Takes over bytes that were stored in a carrier.</summary>
    /// <param name="carrier">The carrier.</param>
    /// <param name="bytes">Whole blocks.</param>
    /// <param name="grown">Is told the name and the length of each segment that got bytes.</param>
    /// <param name="gone">Is told the name and the bytes of each segment that was deleted.</param>
    /// <exception cref="CorruptDataException">They are not the next blocks of a shared log.</exception>
    public void Add(
        SegmentName carrier, ReadOnlySpan<byte> bytes, Action<string, long> grown, Action<string, byte[]> gone)
    {
        var log = LogOf(carrier.Value);
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
            var block = bytes[..length];
            var isWhole = BinaryPrimitives.ReadUInt32BigEndian(block) == Magic && block[4] == 1
                && BinaryPrimitives.ReadUInt32BigEndian(block[^TrailerBytes..]) == Checksum.Of(block[..^TrailerBytes]);
            if (!isWhole || BinaryPrimitives.ReadInt64BigEndian(block[24..]) != log.NextBlock)
            {
                throw new CorruptDataException($"Carrier {carrier}: no block {log.NextBlock} of the shared log.");
            }

            log.NextBlock++;
            if (block[5] == 0)
            {
                Take(carrier.Value, log, block, grown, gone);
            }
            else
            {
                // Of the seal's list everything is known already; a difference would be a mistake of whoever wrote it.
                CheckSeal(carrier.Value, log, block);
                log.Part = null;
            }

            bytes = bytes[length..];
        }
    }

    /// <summary>Takes over that a carrier was deleted: with it goes what it held of segments that count.</summary>
    public void Delete(SegmentName carrier, Action<string, byte[]> gone)
    {
        var log = LogOf(carrier.Value);
        foreach (var (id, segment) in log.Segments.Where(one => one.Value.Carriers.Contains(carrier.Value)).ToList())
        {
            log.Segments.Remove(id);
            gone(segment.Name, segment.Bytes.ToArray());
        }
    }

    private SharedChain LogOf(string carrier)
    {
        var name = carrier.Split('/')[1];
        if (!_logs.TryGetValue(name, out var log))
        {
            _logs.Add(name, log = new SharedChain());
        }

        return log;
    }

    private static void Take(
        string carrier, SharedChain log, ReadOnlySpan<byte> block, Action<string, long> grown, Action<string, byte[]> gone)
    {
        var directory = new SectionReader(block[HeaderBytes..]);
        var from = HeaderBytes + BinaryPrimitives.ReadInt32BigEndian(block[12..]);
        for (var left = BinaryPrimitives.ReadInt32BigEndian(block[16..]); left > 0; left--)
        {
            var (kind, id) = (directory.Byte(), directory.Int64());
            var part = log.Part;
            log.Part = null;
            switch (kind)
            {
                case 1:
                    log.Segments.Add(id, new Carried(directory.Text16()));
                    break;
                case 2 or 3:
                    var (position, length) = (directory.Int64(), directory.Int32());
                    var piece = block.Slice(from, length).ToArray();
                    from += length;
                    var segment = log.Segments[id];
                    if (kind == 3)
                    {
                        log.Part = (id, position, piece, carrier);
                        break;
                    }

                    if (part is { } begun && begun.Id == id && begun.Position + begun.Bytes.Length == position)
                    {
                        segment.Carriers.Add(begun.Carrier);
                        segment.Bytes.AddRange(begun.Bytes);
                    }

                    if (segment.Bytes.Count != position)
                    {
                        throw new CorruptDataException(
                            $"Carrier {carrier}: segment {segment.Name} has {segment.Bytes.Count} bytes, not {position}.");
                    }

                    segment.Carriers.Add(carrier);
                    segment.Bytes.AddRange(piece);
                    grown(segment.Name, segment.Bytes.Count);
                    break;
                case 4:
                    log.Segments.Remove(id, out var deleted);
                    gone(deleted!.Name, deleted.Bytes.ToArray());
                    break;
                default:
                    throw new CorruptDataException($"Carrier {carrier}: no entry has kind {kind}.");
            }
        }
    }

    private static void CheckSeal(string carrier, SharedChain log, ReadOnlySpan<byte> block)
    {
        var body = new SectionReader(block[HeaderBytes..]);
        _ = body.Text();
        _ = body.Int32();
        _ = body.Int64();
        var listed = new SortedDictionary<long, (string Name, long Length)>();
        for (var left = body.Int32(); left > 0; left--)
        {
            var (id, length) = (body.Int64(), body.Int64());
            listed.Add(id, (body.Text(), length));
        }

        if (!listed.Select(static one => (one.Key, one.Value.Name, one.Value.Length)).SequenceEqual(
            log.Segments.Select(static one => (one.Key, one.Value.Name, (long)one.Value.Bytes.Count))))
        {
            throw new CorruptDataException($"Carrier {carrier}: its seal lists other segments than it carries.");
        }
    }

    private sealed class SharedChain
    {
        public long NextBlock { get; set; }

        public SortedDictionary<long, Carried> Segments { get; } = [];

        public (long Id, long Position, byte[] Bytes, string Carrier)? Part { get; set; }
    }

    private sealed class Carried(string name)
    {
        public string Name => name;

        public List<byte> Bytes { get; } = [];

        public HashSet<string> Carriers { get; } = new(StringComparer.Ordinal);
    }
}
