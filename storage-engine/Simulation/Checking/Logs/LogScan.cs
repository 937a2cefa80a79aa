using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>What a scan of a partition's blocks from the first to the last one gives.</summary>
internal sealed class LogScan(StoredPartition partition)
{
    private Dictionary<string, List<long>>? _places;

    /// <summary>What was scanned.</summary>
    public StoredPartition Partition { get; } = partition;

    /// <summary>The partition.</summary>
    public PartitionId Id => Partition.Id;

    /// <summary>Whether the topic was deleted: segments may be missing, nothing more is promised.</summary>
    public bool Deleted { get; init; }

    /// <summary>The offset of the first stored record.</summary>
    public long Start { get; set; }

    /// <summary>The offset behind the last one.</summary>
    public long NextOffset => Start + Records.Count;

    /// <summary>The records by offset, from <see cref="Start"/> on.</summary>
    public List<StoredRecord> Records { get; } = [];

    /// <summary>The blocks in order.</summary>
    public List<StoredBlock> Blocks { get; } = [];

    /// <summary>The segments in order; the last one is the active one.</summary>
    public List<SegmentScan> Segments { get; } = [];

    /// <summary>The fencing tokens that were set, with the end of the log in front of each, in order.</summary>
    public List<(long NextOffset, string Token)> Fences { get; } = [];

    /// <summary>What was stored again because it had been forgotten.</summary>
    public ForgottenRepeats Repeats { get; } = new();

    /// <summary>The end of the log behind each block, by segment and position behind the block.</summary>
    public Dictionary<(string Segment, long End), long> Ends { get; } = [];

    /// <summary>Its copies by name.</summary>
    public Dictionary<string, CopyScan> Copies { get; init; } = [];

    /// <summary>The first offset that may be read at the end.</summary>
    public long LogStart { get; } = RowCheck.LogStartOffset(partition);

    /// <summary>The same by moments in the order of the history, where rows were recorded.</summary>
    public KnownEnds Starts { get; } = new();

    /// <summary>The offsets whose records copies left out, and since when.</summary>
    public Dictionary<long, int> Removed { get; } = [];

    /// <summary>The offsets of the records of a key, in order.</summary>
    public List<long> PlacesOf(string key)
    {
        if (_places is null)
        {
            _places = new Dictionary<string, List<long>>(StringComparer.Ordinal);
            for (var offset = Start; offset < NextOffset; offset++)
            {
                if (At(offset)!.Value.Key is { } one)
                {
                    if (!_places.TryGetValue(one, out var places))
                    {
                        _places.Add(one, places = []);
                    }

                    places.Add(offset);
                }
            }
        }

        return _places[key];
    }

    /// <summary>Whether the record at an offset was rightly taken away: it lies before the log's start, or a copy left
    /// it out.</summary>
    public bool IsGone(long offset) => offset < LogStart || Removed.ContainsKey(offset);

    /// <summary>Whether all records of a range had been left out by copies before a moment.</summary>
    public bool AreRemoved(long from, long to, int order)
    {
        for (var offset = from; offset < to; offset++)
        {
            if (!Removed.TryGetValue(offset, out var since) || since > order)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The fencing token in force for the record at an offset; empty for none.</summary>
    public string TokenAt(long offset) => Fences.LastOrDefault(fence => fence.NextOffset <= offset).Token ?? "";

    /// <summary>The record at an offset, or null.</summary>
    public StoredRecord? At(long offset) =>
        offset >= Start && offset < NextOffset ? Records[(int)(offset - Start)] : null;
}
