namespace Serverless.StorageEngine.Queues;

/// <summary>Why a lock token had no effect.</summary>
public enum TokenFailure
{
    /// <summary>The text is no token of this queue.</summary>
    InvalidToken,

    /// <summary>
    /// The lock does not hold the record: it has ended, or the record was acknowledged, released or rejected already
    /// (Kafka's INVALID_RECORD_STATE).
    /// </summary>
    InvalidRecordState,

    /// <summary>The storage service did not do what was asked; the record is as it was.</summary>
    StorageUnavailable,

    /// <summary>The storage service did not say whether it was done.</summary>
    OutcomeUnknown,
}
