namespace Serverless.StorageEngine.Groups;

/// <summary>Why a group refuses a request; nothing of the request was done.</summary>
public enum GroupError
{
    /// <summary>There is no such instance, or it made no request for too long.</summary>
    InstanceNotFound,

    /// <summary>An instance of this name lives already.</summary>
    InstanceExists,

    /// <summary>The group has <see cref="GroupLimits.InstancesMax"/> instances.</summary>
    GroupFull,

    /// <summary>
    /// The subscription, or all of the group together, is beyond a limit of <see cref="GroupLimits"/>.
    /// </summary>
    SubscriptionTooLarge,

    /// <summary>Topics, a pattern and assigned partitions exclude one another.</summary>
    SubscriptionTypeConflict,

    /// <summary>The instance has no subscription and no assigned partitions, so it cannot read.</summary>
    NotSubscribed,

    /// <summary>The instance does not own the partition.</summary>
    NotAssigned,

    /// <summary>
    /// Another instance owns the partition: committing its offset would move the reader that took over.
    /// </summary>
    Fenced,

    /// <summary>There is no such topic or partition.</summary>
    UnknownTopicOrPartition,

    /// <summary>
    /// A partition has no committed offset, and the instance's <c>auto.offset.reset</c> is <c>none</c>.
    /// </summary>
    NoOffset,

    /// <summary>The positions that were read from are no longer the instance's; read again.</summary>
    Superseded,
}
