namespace Serverless.StorageEngine.Producers;

/// <summary>
/// How much a partition remembers of its producers and requests, and for how long. Every node that folds the same
/// blocks must remember the same, so these are no settings.
/// </summary>
internal static class ProducerLimits
{
    /// <summary>The batches remembered of each producer: clients keep at most as many in flight (KIP-98,
    /// <c>max.in.flight.requests.per.connection</c>).</summary>
    public const int BatchesMax = 5;

    /// <summary>The producers that a partition remembers: at most 123 KB in a checkpoint, which comes every 8
    /// MiB.</summary>
    public const int ProducersMax = 1_000;

    /// <summary>The runs of records of keyed requests that a partition remembers: at most 197 KB in a
    /// checkpoint.</summary>
    public const int RequestRunsMax = 4_096;

    /// <summary>How long a producer or a request is remembered without a new batch, in milliseconds: Kafka's default of
    /// <c>producer.id.expiration.ms</c> (KIP-854), one day.</summary>
    public const long ExpirationMs = 24L * 60 * 60 * 1_000;

    /// <summary>
    /// A producer that was idle for as long, in milliseconds, makes room for a new one when a partition remembers
    /// <see cref="ProducersMax"/>: ten minutes, several times as long as clients go on retrying (Kafka's
    /// <c>delivery.timeout.ms</c> is two minutes).
    /// </summary>
    public const long IdleMsMin = 10L * 60 * 1_000;
}
