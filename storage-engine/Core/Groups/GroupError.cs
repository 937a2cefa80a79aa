namespace Serverless.StorageEngine.Groups;

/// <summary>Why a group refuses a request; nothing of the request was done.</summary>
public enum GroupError
{
    /// <summary>There is no such member, or it made no request for too long.</summary>
    InstanceNotFound,

    /// <summary>A member of this name lives already.</summary>
    InstanceExists,

    /// <summary>The group has <see cref="GroupLimits.InstancesMax"/> members, or its row is full.</summary>
    GroupFull,

    /// <summary>
    /// The subscription, or all of the group together, is beyond a limit of <see cref="GroupLimits"/>.
    /// </summary>
    SubscriptionTooLarge,

    /// <summary>Topics, a pattern and assigned partitions exclude one another.</summary>
    SubscriptionTypeConflict,

    /// <summary>The member has no subscription and no assigned partitions, so it cannot read.</summary>
    NotSubscribed,

    /// <summary>The member does not have the partition.</summary>
    NotAssigned,

    /// <summary>
    /// Another member has the partition: committing its offset would move the reader that took over.
    /// </summary>
    Fenced,

    /// <summary>There is no such topic or partition.</summary>
    UnknownTopicOrPartition,

    /// <summary>
    /// A partition has no committed offset, and the member's <c>auto.offset.reset</c> is <c>none</c>.
    /// </summary>
    NoOffset,

    /// <summary>The positions that were read from are no longer the member's; read again.</summary>
    Superseded,

    /// <summary>
    /// The epoch of a heartbeat is not the member's: another client speaks for it, or it was expelled (KIP-848:
    /// <c>FENCED_MEMBER_EPOCH</c>). It must give everything up and join again.
    /// </summary>
    FencedMemberEpoch,

    /// <summary>
    /// The epoch of a commit is not the member's (KIP-848: <c>STALE_MEMBER_EPOCH</c>). After a heartbeat it may try
    /// again, if it still has the partitions.
    /// </summary>
    StaleMemberEpoch,

    /// <summary>
    /// Another member with the same <c>group.instance.id</c> lives (KIP-848: <c>UNRELEASED_INSTANCE_ID</c>).
    /// </summary>
    UnreleasedInstanceId,

    /// <summary>The request makes no sense for this member.</summary>
    InvalidRequest,

    /// <summary>The group has members (Kafka: <c>NON_EMPTY_GROUP</c>).</summary>
    GroupNotEmpty,

    /// <summary>There is no such group (Kafka: <c>GROUP_ID_NOT_FOUND</c>).</summary>
    GroupNotFound,

    /// <summary>The group is being deleted; once it is gone, the name is free.</summary>
    GroupDeleting,
}
