namespace Serverless.StorageEngine.Quotas;

/// <summary>The quotas of a node that are not stored: what holds where no stored quota says something else.</summary>
public sealed record QuotaSettings
{
    /// <summary>The quotas of each principal. None by default, as in Kafka.</summary>
    public QuotaLimits Users { get; init; } = QuotaLimits.None;

    /// <summary>The quotas of each topic. None by default.</summary>
    public QuotaLimits Topics { get; init; } = QuotaLimits.None;

    /// <summary>
    /// What may be used at once after a rest is the quota of this time. Ten seconds are Kafka's: it measures over ten
    /// windows of one second.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many wrong keys and tokens a second one remote address may show; then what would have to be checked at some
    /// cost is refused unseen. 0 for any number. Twenty are more than a client with an old key sends by mistake, and
    /// less than a hundredth of a processor. Where addresses are not known all together may show more.
    /// </summary>
    public long FailedLoginRate { get; init; } = 20;

    /// <summary>
    /// The most quotas whose use is remembered, and the most addresses; some 3 MiB each. Past it see <see
    /// cref="QuotaBuckets{TKey}"/>.
    /// </summary>
    public int BucketsMax { get; init; } = 10_000;

    /// <summary>The settings of one type.</summary>
    public QuotaLimits Of(QuotaEntityType type) => type == QuotaEntityType.User ? Users : Topics;
}
