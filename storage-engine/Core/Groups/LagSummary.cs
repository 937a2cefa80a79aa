namespace Serverless.StorageEngine.Groups;

/// <summary>The lag of a whole group. Pure.</summary>
/// <param name="Total">Of all partitions together; one without a committed offset counts nothing.</param>
/// <param name="Greatest">The partition with the greatest lag, the first of several; null when nothing is
/// committed.</param>
public sealed record LagSummary(long Total, PartitionLag? Greatest)
{
    /// <summary>Sums up.</summary>
    /// <param name="lags">The partitions of a group.</param>
    public static LagSummary Of(IReadOnlyCollection<PartitionLag> lags)
    {
        var committed = lags.Where(static one => one.Lag is not null).ToList();
        return new LagSummary(
            committed.Sum(static one => one.Lag!.Value), committed.MaxBy(static one => one.Lag!.Value));
    }
}
