namespace Serverless.StorageEngine.Quotas;

/// <summary>The quotas of one principal or topic. What is null is not limited here.</summary>
/// <param name="ProducerByteRate">Bytes a second that are produced, as they come over the wire.</param>
/// <param name="ConsumerByteRate">Bytes a second that are consumed, as they go over the wire.</param>
/// <param name="RequestRate">Requests a second.</param>
public sealed record QuotaLimits(long? ProducerByteRate, long? ConsumerByteRate, long? RequestRate)
{
    /// <summary>The smallest quota: less would be none at all, which is what rights are for.</summary>
    public const long Least = 1;

    /// <summary>The largest quota: more than any node can do.</summary>
    public const long Most = 1L << 40;

    /// <summary>Nothing is limited.</summary>
    public static QuotaLimits None { get; } = new(null, null, null);

    /// <summary>Whether nothing is limited.</summary>
    public bool IsNone => this == None;

    /// <summary>The quota of one kind, or null.</summary>
    public long? Of(QuotaKind kind) => kind switch
    {
        QuotaKind.ProducerByteRate => ProducerByteRate,
        QuotaKind.ConsumerByteRate => ConsumerByteRate,
        _ => RequestRate,
    };

    /// <summary>These quotas, and those of <paramref name="others"/> where these say nothing.</summary>
    public QuotaLimits Or(QuotaLimits others) => new(
        ProducerByteRate ?? others.ProducerByteRate,
        ConsumerByteRate ?? others.ConsumerByteRate,
        RequestRate ?? others.RequestRate);

    /// <summary>Whether every quota is one that can be kept.</summary>
    public bool IsPossible => IsIn(ProducerByteRate) && IsIn(ConsumerByteRate) && IsIn(RequestRate);

    private static bool IsIn(long? rate) => rate is null or (>= Least and <= Most);
}
