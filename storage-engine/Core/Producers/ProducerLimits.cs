namespace Serverless.StorageEngine.Producers;

/// <summary>
/// How much a partition remembers of its producers and requests, and for how long. Every node that folds the same
/// blocks must remember the same, so these are no settings: a simulation alone has others, the same on all of its nodes,
/// so that what is forgotten after a day is forgotten within a run.
/// </summary>
internal sealed record ProducerLimits
{
    /// <summary>What production runs with.</summary>
    public static ProducerLimits Default { get; } = new();

    /// <summary>The batches remembered of each producer, at least 1: clients keep at most as many in flight (KIP-98,
    /// <c>max.in.flight.requests.per.connection</c>).</summary>
    public int BatchesMax { get; init; } = 5;

    /// <summary>The producers that a partition remembers, at least 1: at most 123 KB in a checkpoint, which comes every
    /// 8 MiB.</summary>
    public int ProducersMax { get; init; } = 1_000;

    /// <summary>The runs of records of keyed requests that a partition remembers, at least 1: at most 197 KB in a
    /// checkpoint.</summary>
    public int RequestRunsMax { get; init; } = 4_096;

    /// <summary>How long a producer or a request is remembered without a new batch, in milliseconds: Kafka's default of
    /// <c>producer.id.expiration.ms</c> (KIP-854), one day.</summary>
    public long ExpirationMs { get; init; } = 24L * 60 * 60 * 1_000;

    /// <summary>
    /// A producer that was idle for as long, in milliseconds, makes room for a new one when a partition remembers
    /// <see cref="ProducersMax"/>: ten minutes, several times as long as clients go on retrying (Kafka's
    /// <c>delivery.timeout.ms</c> is two minutes).
    /// </summary>
    public long IdleMsMin { get; init; } = 10L * 60 * 1_000;

    /// <summary>Whether something is so old that it counts as unknown.</summary>
    /// <param name="lastTime">The log's time of its last batch.</param>
    /// <param name="time">The log's time.</param>
    public bool IsExpired(long lastTime, long time) => time - lastTime > ExpirationMs;
}
