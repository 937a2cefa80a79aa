namespace Serverless.StorageEngine.Log;

/// <summary>The definite outcomes of appending one record batch to a partition, or of setting its fencing
/// token.</summary>
/// <remarks>
/// Every refusal was judged by a state of the log that is no older than the call, and it is final for this call: the
/// batch is not in the log because of it and will not get there. An earlier call with the same records may have an
/// outcome of its own.
/// </remarks>
public abstract record AppendOutcome
{
    private AppendOutcome()
    {
    }

    /// <summary>The batch is durable and readable.</summary>
    /// <param name="BaseOffset">The offset of its first record; the others follow without a gap.</param>
    /// <param name="LogAppendTime">The timestamp given to all its records, in milliseconds since 1970, when the topic
    /// asks for that; else null.</param>
    /// <param name="LogStartOffset">The first offset of the partition that can be read.</param>
    /// <param name="Duplicate">Whether an earlier call stored it and this one stored nothing: the answer is that of the
    /// earlier call.</param>
    public sealed record Appended(long BaseOffset, long? LogAppendTime, long LogStartOffset, bool Duplicate)
        : AppendOutcome;

    /// <summary>The fencing token is set, durably: every append from here on that states another one is
    /// refused.</summary>
    /// <param name="NextOffset">The offset of the next record when it was set.</param>
    public sealed record Fenced(long NextOffset) : AppendOutcome;

    /// <summary>Nothing was appended, and nothing of it ever will be: too much is waiting already. Try again
    /// later.</summary>
    /// <param name="RetryAfter">When the queue should have room.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : AppendOutcome;

    /// <summary>Nothing was appended: the topic was deleted, or has no such partition.</summary>
    public sealed record UnknownTopicOrPartition : AppendOutcome;

    /// <summary>Nothing was appended: a record breaks a rule of the topic, and Kafka's brokers refuse the whole batch for
    /// it (INVALID_RECORD, 87).</summary>
    /// <param name="Index">Which record of the batch it is, from 0; null when the records cannot be read.</param>
    /// <param name="Reason">Kafka's sentence about the rule, or what is wrong with the records.</param>
    public sealed record InvalidRecord(int? Index, string Reason) : AppendOutcome;

    /// <summary>Nothing was appended: the batch does not follow the last one of its idempotent producer.</summary>
    /// <param name="Expected">The sequence number that continues the producer's batches; 0 for a new epoch.</param>
    /// <param name="Received">The batch's own. Behind the expected one: batches are missing. Before it: a batch is
    /// repeated that is older than the last five, so that its offset is not known any more.</param>
    public sealed record OutOfOrderSequence(int Expected, int Received) : AppendOutcome
    {
        /// <summary>Whether the producer's epoch is new to the partition, and so has to begin at 0.</summary>
        public bool IsNewEpoch { get; init; }
    }

    /// <summary>Nothing was appended: a producer of the same id and a higher epoch has replaced this one.</summary>
    /// <param name="Current">The highest epoch that appended here.</param>
    /// <param name="Received">The batch's own.</param>
    public sealed record InvalidProducerEpoch(short Current, short Received) : AppendOutcome;

    /// <summary>
    /// Nothing was appended: the first <paramref name="Count"/> records share a fate that the others do not, because
    /// an earlier call stored some of them, or stored them apart from each other. The batch is the caller's again: cut it
    /// with <see cref="Records.RecordBatchSplit"/> and append both parts, the first one first.
    /// </summary>
    /// <remarks>
    /// Only for batches with a <see cref="AppendConditions.Request"/> or a producer id, and only when a retry has other
    /// batch borders than the first try. Every part may have to be cut again. The second part's conditions are
    /// <see cref="RequestKey.After"/> and, where an offset was asked for, that offset plus the count.
    /// </remarks>
    /// <param name="Count">At least 1, and less than the batch has.</param>
    public sealed record MustSplit(int Count) : AppendOutcome;

    /// <summary>Nothing was appended: a request with the same idempotency key and another fingerprint
    /// (<see cref="RequestKey.WithFingerprint"/>) has appended here.</summary>
    public sealed record RequestKeyReused : AppendOutcome;

    /// <summary>Nothing was appended: the next record gets another offset than
    /// <see cref="AppendConditions.NextOffset"/> says.</summary>
    /// <param name="NextOffset">The offset that the next record gets.</param>
    public sealed record NextOffsetMismatch(long NextOffset) : AppendOutcome;

    /// <summary>Nothing was appended: the partition has another fencing token than
    /// <see cref="AppendConditions.FencingToken"/> says.</summary>
    /// <param name="Current">The partition's token; empty when it has none.</param>
    public sealed record FencingTokenMismatch(string Current) : AppendOutcome;

    /// <summary>
    /// Nothing was appended: the partition remembers as many idempotent producers as it can, all of them active, and
    /// this one is new to it. Forgetting one of the others would break a promise in silence.
    /// </summary>
    /// <param name="RetryAfter">When the one that is idle longest may be forgotten, if it stays idle.</param>
    /// <param name="Remembered">How many producers the partition remembers.</param>
    /// <param name="Idle">How long one of them has to be idle to be forgotten for a new one.</param>
    public sealed record TooManyProducers(TimeSpan RetryAfter, int Remembered, TimeSpan Idle) : AppendOutcome;
}
