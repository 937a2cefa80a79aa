namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>Why an operation failed.</summary>
public enum Refusal
{
    /// <summary>Another reason; the detail tells.</summary>
    Other,

    /// <summary>Storage took nothing.</summary>
    Unavailable,

    /// <summary>Too much is waiting.</summary>
    Throttled,

    /// <summary>The topic or the partition does not exist, or not any more.</summary>
    UnknownTopicOrPartition,

    /// <summary>The sequence does not continue the producer's last one; the refusal states the expected one.</summary>
    OutOfOrderSequence,

    /// <summary>A higher epoch of the producer is known; the refusal states it.</summary>
    InvalidProducerEpoch,

    /// <summary>More producers are active than a partition remembers.</summary>
    TooManyProducers,

    /// <summary>The records do not share a fate, and must be sent in parts.</summary>
    MustSplit,

    /// <summary>The next offset is not the expected one; the refusal states it.</summary>
    NextOffsetMismatch,

    /// <summary>The fencing token is not the current one.</summary>
    FencingTokenMismatch,

    /// <summary>A record breaks a rule of the topic.</summary>
    InvalidRecord,

    /// <summary>The group does not know the member, or not as the owner of what it wants to commit.</summary>
    NotOwner,
}
