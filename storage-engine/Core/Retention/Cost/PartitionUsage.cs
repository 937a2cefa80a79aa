namespace Serverless.StorageEngine.Retention.Cost;

/// <summary>What a partition stores, and how often all nodes together have appended to blobs of its own.</summary>
/// <param name="AppendBytes">Bytes in append blobs: the active segment and sealed ones without a copy.</param>
/// <param name="CopyBytes">Bytes in copies.</param>
/// <param name="Appends">How many appends there were since <paramref name="Since"/>; none while it lies in a shared log,
/// whose appends are those of many partitions: <see cref="SharedUsage"/>.</param>
/// <param name="Since">From when on appends are counted, in milliseconds since 1970; null when none are.</param>
public sealed record PartitionUsage(long AppendBytes, long CopyBytes, long Appends, long? Since)
{
    /// <summary>A partition that was never written.</summary>
    public static PartitionUsage None { get; } = new(0, 0, 0, null);
}
