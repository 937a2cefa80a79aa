namespace Serverless.StorageEngine.Queues;

/// <summary>Successive offsets of a partition.</summary>
/// <param name="First">The first one.</param>
/// <param name="Count">How many, at least 1.</param>
public readonly record struct OffsetRange(long First, int Count)
{
    /// <summary>The offset behind the last one.</summary>
    public long End => First + Count;
}
