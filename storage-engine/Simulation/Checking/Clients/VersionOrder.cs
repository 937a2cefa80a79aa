using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// The log of one partition as clients know it: from the sends of committed writers that know their offset, and from
/// all polls, since a consumer must never be shown what is not safe. The known offsets, numbered without gaps, are the
/// indexes.
/// </summary>
internal sealed class VersionOrder
{
    private readonly Dictionary<long, long> _first = [];
    private readonly List<(long Offset, long Value)> _known = [];
    private readonly List<long> _offsets = [];

    /// <summary>Builds the order of one partition.</summary>
    /// <param name="partition">What clients did.</param>
    /// <param name="repeats">The offsets of repeats that were rightly stored again: places of their values only where
    /// no other one is known.</param>
    /// <param name="isGone">Whether the record at an offset was taken away: a reader may pass over it.</param>
    public VersionOrder(PartitionHistory partition, HashSet<long> repeats, Func<long, bool> isGone)
    {
        foreach (var operation in partition.Sends)
        {
            if (operation is { Request: Request.Send send, Answer: Answer.Sent sent })
            {
                for (var place = 0; place < send.Values.Length; place++)
                {
                    Add(sent.Offsets[place], send.Values[place]);
                }
            }
        }

        foreach (var poll in partition.Polls)
        {
            foreach (var record in poll.Slice.Records)
            {
                Add(record.Offset, record.Value);
            }
        }

        _known.Sort();
        foreach (var (offset, value) in _known)
        {
            if (!isGone(offset) && (_offsets.Count == 0 || _offsets[^1] != offset))
            {
                _offsets.Add(offset);
            }

            if (repeats.Contains(offset))
            {
                continue;
            }

            if (!Places.TryGetValue(value, out var places))
            {
                Places.Add(value, (offset, offset));
            }
            else
            {
                Places[value] = (places.First, offset);
            }
        }

        foreach (var (offset, value) in _known.Where(known => repeats.Contains(known.Offset)))
        {
            Places.TryAdd(value, (offset, offset));
        }
    }

    /// <summary>All that is known, by offset and value.</summary>
    public IReadOnlyList<(long Offset, long Value)> Known => _known;

    /// <summary>The first and the last offset of each value.</summary>
    public Dictionary<long, (long First, long Last)> Places { get; } = [];

    /// <summary>How many known offsets lie between two, the second one counted; those that were taken away
    /// are not. 0 or less on the way back.</summary>
    public int Delta(long first, long second) =>
        second == first + 1 ? 1
        : second <= first ? -(PlaceOf(first) - PlaceOf(second))
        : PlaceOf(second) - PlaceOf(first + 1) + 1;

    // How many known offsets lie in front of one.
    private int PlaceOf(long offset)
    {
        var place = _offsets.BinarySearch(offset);
        return place >= 0 ? place : ~place;
    }

    // Most records are read often, and each time with the value that is known.
    private void Add(long offset, long value)
    {
        if (_first.TryAdd(offset, value) || _first[offset] != value)
        {
            _known.Add((offset, value));
        }
    }
}
