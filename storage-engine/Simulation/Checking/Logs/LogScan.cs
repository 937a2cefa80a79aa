using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>What a scan of a partition's blocks from the first to the last one gives.</summary>
internal sealed class LogScan(StoredPartition partition)
{
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

    /// <summary>The fencing token in force for the record at an offset; empty for none.</summary>
    public string TokenAt(long offset) => Fences.LastOrDefault(fence => fence.NextOffset <= offset).Token ?? "";

    /// <summary>The record at an offset, or null.</summary>
    public StoredRecord? At(long offset) =>
        offset >= Start && offset < NextOffset ? Records[(int)(offset - Start)] : null;
}
