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
            .Select(member => (Member: member, End: EndOf(draft, member, rebalanceTimeout)))
            .Where(one => one.End <= now.AtLeast)
            .OrderBy(static one => one.End)
            .Take(ExpelledAtOnceMax)
            .ToList();

        // The group is without members since the last one's session ended, and not since somebody noticed.
        return expelled.Aggregate(
            draft, static (rest, one) => Membership.Remove(rest, one.Member, new StorageInstant(one.End, one.End)));
    }

    /// <summary>Forgets what a group committed that has had no member for too long.</summary>
    public static GroupDraft Forget(GroupDraft draft, StorageInstant now, TimeSpan offsetsRetention)
    {
        var before = draft.State.ForgottenBefore(now.AtLeast, offsetsRetention);
        return before == draft.State.ForgetBefore
            ? draft
            : draft with { State = draft.State with { ForgetBefore = before } };
    }

    /// <summary>When the first member would be expelled if nobody asked for anything.</summary>
    /// <returns>Null when the group has no members; meaningless unless all rows were read.</returns>
    public static DateTimeOffset? FirstEnd(GroupDraft draft, TimeSpan rebalanceTimeout) =>
        draft.State.Members.IsEmpty
            ? null
            : draft.State.Members.Values.Min(member => EndOf(draft, member, rebalanceTimeout));

    /// <summary>When the first member could be expelled, as far as the row of the group alone tells.</summary>
    /// <returns>Null when the group has no members.</returns>
    public static DateTimeOffset? FirstEndOf(GroupState state, StorageInstant now, TimeSpan rebalanceTimeout) =>
        state.Members.IsEmpty
            ? null
            : state.Members.Values.Min(member => EndOf(member, member.AwaySince ?? now.AtLeast, rebalanceTimeout));

    /// <summary>Whether a member's row is to be written for the sake of its time.</summary>
    public static bool SignOfLifeIsDue(GroupMember member, ConsumerInstance instance, StorageInstant now) =>
        now.Likely - instance.SeenAt >= member.SessionTimeout / SignsOfLifePerTimeout;

    // Who neither is away nor has a row that was read is not judged.
    private static DateTimeOffset EndOf(GroupDraft draft, GroupMember member, TimeSpan rebalanceTimeout) =>
        (member.AwaySince ?? draft.Instances.GetValueOrDefault(member.Id)?.SeenAt) is { } seenAt
            ? EndOf(member, seenAt, rebalanceTimeout)
            : DateTimeOffset.MaxValue;

    private static DateTimeOffset EndOf(GroupMember member, DateTimeOffset seenAt, TimeSpan rebalanceTimeout)
    {
        var silent = seenAt + member.SessionTimeout;
        return member.AwaySince is null && member.RevokingSince + rebalanceTimeout is { } stubborn && stubborn < silent
            ? stubborn
            : silent;
    }
}
