namespace Serverless.StorageEngine.Groups;

/// <summary>When members are alive, and when they are expelled.</summary>
internal static class Expiry
{
    /// <summary>
    /// A sign of life is written when the last one is this part of the time-out old, so that few requests cost a write.
    /// </summary>
    public const int SignsOfLifePerTimeout = 10;

    /// <summary>
    /// The most members expelled in one transaction, so that there is room for a request's own rows beside them.
    /// </summary>
    public const int ExpelledAtOnceMax = 32;

    /// <summary>Takes away who was silent for too long, or did not give up what it had to.</summary>
    public static GroupDraft Apply(GroupDraft draft, StorageInstant now, TimeSpan rebalanceTimeout)
    {
        var expelled = draft.State.Members.Values
            .Where(member => EndOf(draft, member, rebalanceTimeout) <= now.AtLeast)
            .Take(ExpelledAtOnceMax)
            .ToList();
        return expelled.Aggregate(draft, (rest, member) => Membership.Remove(rest, member, now));
    }

    /// <summary>Forgets what a group committed that has had no member for too long; once each time.</summary>
    public static GroupDraft Forget(GroupDraft draft, StorageInstant now, TimeSpan offsetsRetention)
    {
        var before = draft.State.ForgottenBefore(now.AtLeast, offsetsRetention);
        return draft.State.ForgetBefore >= (draft.State.EmptySince ?? DateTimeOffset.MinValue) || before < draft.State.EmptySince
            ? draft
            : draft with { State = draft.State with { ForgetBefore = before } };
    }

    /// <summary>When the first member would be expelled if nobody asked for anything.</summary>
    /// <returns>Null when the group has no members; meaningless unless all rows were read.</returns>
    public static DateTimeOffset? FirstEnd(GroupDraft draft, TimeSpan rebalanceTimeout) =>
        draft.State.Members.IsEmpty
            ? null
            : draft.State.Members.Values.Min(member => EndOf(draft, member, rebalanceTimeout));

    /// <summary>Whether a member's row is to be written for the sake of its time.</summary>
    public static bool SignOfLifeIsDue(GroupMember member, ConsumerInstance instance, StorageInstant now) =>
        now.Likely - instance.SeenAt >= member.SessionTimeout / SignsOfLifePerTimeout;

    // Who neither is away nor has a row that was read is not judged.
    private static DateTimeOffset EndOf(GroupDraft draft, GroupMember member, TimeSpan rebalanceTimeout)
    {
        if (member.AwaySince is { } away)
        {
            return away + member.SessionTimeout;
        }

        if (!draft.Instances.TryGetValue(member.Id, out var instance))
        {
            return DateTimeOffset.MaxValue;
        }

        var silent = instance.SeenAt + member.SessionTimeout;
        return member.RevokingSince + rebalanceTimeout is { } stubborn && stubborn < silent ? stubborn : silent;
    }
}
