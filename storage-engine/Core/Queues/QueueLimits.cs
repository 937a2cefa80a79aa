namespace Serverless.StorageEngine.Queues;

/// <summary>
/// The limits of queues. The state of a partition is one row: with every record in a lock of its own, 2,000 × 170
/// bytes of locks and 2,000 × 20 bytes of runs are 380 KB of the 512 KiB that a row may have.
/// </summary>
public static class QueueLimits
{
    /// <summary>Kafka's <c>group.share.record.lock.duration.ms</c>.</summary>
    public static readonly TimeSpan LockDurationDefault = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The shortest lock. Kafka's brokers allow 15 s by default, a number that operators may change; locks end by the
    /// storage service's time, as far as it is known, so less than a second would be a promise of nothing.
    /// </summary>
    public static readonly TimeSpan LockDurationMin = TimeSpan.FromSeconds(1);

    /// <summary>The longest lock: what Kafka lets an operator raise <c>group.share.max.record.lock.duration.ms</c>
    /// to.</summary>
    public static readonly TimeSpan LockDurationMax = TimeSpan.FromHours(1);

    /// <summary>Kafka's <c>group.share.delivery.count.limit</c>.</summary>
    public const int DeliveryLimitDefault = 5;

    /// <summary>The most deliveries of a record before it is archived; at least 1.</summary>
    public const int DeliveryLimitMax = 100;

    /// <summary>How many records of a partition are in flight at most, where the queue does not say (KIP-932's
    /// <c>group.share.partition.max.record.locks</c>).</summary>
    public const int InFlightDefault = 200;

    /// <summary>The most records of a partition that a queue may have in flight; at least 1.</summary>
    public const int InFlightMax = 2_000;

    /// <summary>The longest delay of a release: Azure Event Grid's.</summary>
    public static readonly TimeSpan ReleaseDelayMax = TimeSpan.FromHours(1);

    /// <summary>The longest name of a receiver, in characters.</summary>
    public const int ReceiverLengthMax = 64;

    /// <summary>The most records of one receive, and the most lock tokens of one request.</summary>
    public const int RecordsPerRequestMax = InFlightMax;

    /// <summary>
    /// The most bytes of keys and values of one receive; a single larger record is given nevertheless.
    /// </summary>
    public const int ReceiveBytesMax = 16 * 1024 * 1024;

    /// <summary>
    /// The most partitions of a topic that a queue may be on: a receive reads the rows of all of them, which are 48 MiB
    /// at the very most, and looks at the end of each when it finds nothing.
    /// </summary>
    public const int PartitionsMax = 128;

    /// <summary>How many partitions one receive looks at, or how many dead letters one request writes, at the same
    /// time.</summary>
    public const int AtOnceMax = 16;

    /// <summary>
    /// How often one request reads a row and tries again when others change it at the same time.
    /// </summary>
    public const int AttemptsMax = 24;
}
