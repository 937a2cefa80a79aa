using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>What is copied, and to where.</summary>
/// <param name="Partition">The partition whose log it is.</param>
/// <param name="Sources">The rows of sealed segments, neighbours in the order of their offsets, at least one.</param>
/// <param name="Target">The copy's name, never used before (<see cref="LogKeys.CopyName"/>).</param>
/// <param name="Compression">How batches may be compressed.</param>
internal sealed record CopyJob(
    PartitionId Partition, IReadOnlyList<SegmentRow> Sources, SegmentName Target, CopyCompression Compression)
{
    /// <summary>The first offset of the sources.</summary>
    public long BaseOffset => Sources[0].BaseOffset;

    /// <summary>The offset behind the last record of the sources.</summary>
    public long NextOffset => Sources[^1].NextOffset;

    /// <summary>The largest timestamp of the log in front of the sources, or -1: what their own indexes say.</summary>
    public long MaxTimestampBefore => Sources
        .Select(static source => source.SparseIndex().Entries)
        .FirstOrDefault(static entries => entries.Length > 0) is { IsDefault: false } first
            ? first[0].MaxTimestampBefore
            : -1;

    /// <summary>Holds the sources against each other.</summary>
    public void Check()
    {
        Invariant.Holds(Sources.Count > 0);
        for (var place = 1; place < Sources.Count; place++)
        {
            Invariant.Holds(Sources[place - 1].NextOffset == Sources[place].BaseOffset);
        }
    }
}
