namespace Serverless.StorageEngine.Queues;

/// <summary>Why a record is not delivered again although nobody acknowledged it; the numbers are stored.</summary>
public enum ArchiveCause
{
    /// <summary>It is not so.</summary>
    None = 0,

    /// <summary>A receiver rejected it.</summary>
    Rejected = 1,

    /// <summary>It was delivered as often as the queue allows.</summary>
    DeliveryLimit = 2,

    /// <summary>The batch that holds it cannot be read: its producer compressed something else.</summary>
    Unreadable = 3,
}
