namespace Serverless.StorageEngine.Queues;

/// <summary>
/// What a queue knows of a record between the start offset and the end of what it has delivered (KIP-932, KIP-1191);
/// the numbers are stored.
/// </summary>
public enum RecordState
{
    /// <summary>Nobody has it; it may be delivered.</summary>
    Available = 0,

    /// <summary>A receiver has it until its lock ends.</summary>
    Acquired = 1,

    /// <summary>A receiver has dealt with it.</summary>
    Acknowledged = 2,

    /// <summary>It is not delivered again, and its dead letter is still to be written.</summary>
    Archiving = 3,

    /// <summary>It is not delivered again.</summary>
    Archived = 4,
}
