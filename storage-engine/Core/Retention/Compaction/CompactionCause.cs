namespace Serverless.StorageEngine.Retention.Compaction;

/// <summary>Why a log is compacted now.</summary>
internal enum CompactionCause
{
    /// <summary>So large a part of it is dirty (<c>min.cleanable.dirty.ratio</c>).</summary>
    DirtyRatio,

    /// <summary>A record was dirty for so long (<c>max.compaction.lag.ms</c>).</summary>
    MaxLag,

    /// <summary>Tombstones were kept for as long as they must be (<c>delete.retention.ms</c>).</summary>
    Tombstones,
}
