using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>What the owner of a queue chose; <see cref="Check"/> states the ranges.</summary>
public sealed record QueueSettings
{
    /// <summary>Kafka's defaults.</summary>
    public static QueueSettings Default { get; } = new();

    /// <summary>
    /// Where a new queue begins (<c>share.auto.offset.reset</c>): behind the last record or at the first one. It counts
    /// once, when the queue is created. What comes later (a partition that is added, a new life of the topic) is
    /// consumed from its first record.
    /// </summary>
    public AutoOffsetReset AutoOffsetReset { get; init; } = AutoOffsetReset.Latest;

    /// <summary>
    /// How long a receiver has a record for itself (<c>share.record.lock.duration.ms</c>), by the storage service's
    /// time.
    /// </summary>
    public TimeSpan LockDuration { get; init; } = QueueLimits.LockDurationDefault;

    /// <summary>
    /// How often a record is delivered at most (<c>share.delivery.count.limit</c>); then it is archived.
    /// </summary>
    public int DeliveryLimit { get; init; } = QueueLimits.DeliveryLimitDefault;

    /// <summary>
    /// How far behind the first record that is not done yet a partition is consumed
    /// (<c>share.partition.max.record.locks</c>), in records.
    /// </summary>
    public int InFlightMax { get; init; } = QueueLimits.InFlightDefault;

    /// <summary>
    /// Where records go that are rejected, or were delivered too often (KIP-1191); null to archive them only.
    /// </summary>
    public TopicName? DeadLetterTopic { get; init; }

    /// <summary>The first setting that is out of range, in one sentence; null when all are fine.</summary>
    /// <param name="topic">The queue's own topic.</param>
    public string? Check(TopicName topic) =>
        AutoOffsetReset is not (AutoOffsetReset.Latest or AutoOffsetReset.Earliest)
            ? "A queue begins at the latest or the earliest record."
        : LockDuration < QueueLimits.LockDurationMin || LockDuration > QueueLimits.LockDurationMax
            ? $"The lock duration is {LockDuration.TotalMilliseconds:0} ms; it is "
                + $"{QueueLimits.LockDurationMin.TotalMilliseconds:0} to "
                + $"{QueueLimits.LockDurationMax.TotalMilliseconds:0} ms."
        : DeliveryLimit is < 1 or > QueueLimits.DeliveryLimitMax
            ? $"The delivery limit is {DeliveryLimit}; it is 1 to {QueueLimits.DeliveryLimitMax}."
        : InFlightMax is < 1 or > QueueLimits.InFlightMax
            ? $"The most records in flight are {InFlightMax}; they are 1 to {QueueLimits.InFlightMax}."
        : DeadLetterTopic == topic
            ? $"The dead-letter topic is '{topic}' itself; it is another topic."
        : null;
}
