using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>What several requests together come to: one transaction, and an answer for each.</summary>
/// <param name="Before">What was read.</param>
/// <param name="Next">What is to be stored.</param>
public sealed record GroupPlan(GroupDraft Before, GroupDraft Next)
{
    // What a row takes beside its names and positions; rounded up.
    private const int RowOverheadBytes = 512;
    private const int PositionBytes = 32;
    private const int EscapedBytes = 6;

    /// <summary>One for each request that fitted.</summary>
    public ImmutableArray<GroupDecision> Decisions { get; init; } = [];

    /// <summary>
    /// What was decided about the members of those requests that did not fit any more: accepted, it is stored already.
    /// </summary>
    public ImmutableArray<GroupDecision> Unserved { get; init; } = [];

    /// <summary>Whether there is a single request: the limits of groups make that fit always.</summary>
    public bool IsOfOne { get; init; }

    /// <summary>Offsets to be stored, the last one of each partition.</summary>
    public ImmutableDictionary<TopicPartition, OffsetCommit> Commits { get; init; } =
        ImmutableDictionary<TopicPartition, OffsetCommit>.Empty;

    /// <summary>Committed offsets to be removed.</summary>
    public ImmutableHashSet<TopicPartition> Removed { get; init; } = [];

    /// <summary>Whether the group's row must be as it was read, although it stays the same.</summary>
    public bool RestsOnGroup { get; init; }

    /// <summary>Whether nothing is to be stored.</summary>
    public bool ChangesNothing =>
        ReferenceEquals(Before.State, Next.State)
        && !RestsOnGroup
        && Commits.IsEmpty
        && Removed.IsEmpty
        && Changed(Before, Next).Count == 0
        && !Gone(Before, Next).Any();

    /// <summary>The members whose rows are new or replaced.</summary>
    public static IReadOnlyList<ConsumerInstance> Changed(GroupDraft before, GroupDraft next) =>
    [
        .. next.Instances.Values
            .Where(one => !ReferenceEquals(one, before.Instances.GetValueOrDefault(one.Id))),
    ];

    /// <summary>The members whose rows go.</summary>
    public static IEnumerable<InstanceId> Gone(GroupDraft before, GroupDraft next) =>
        before.Instances.Keys.Where(id => !next.Instances.ContainsKey(id));

    /// <summary>Whether a change can be one transaction, with room for the group's own row.</summary>
    public static bool Fits(GroupDraft before, GroupDraft next, int offsets = 0, long offsetBytes = 0)
    {
        var changed = Changed(before, next);
        var rows = 1 + changed.Count + Gone(before, next).Count() + offsets;
        var bytes = TableLimits.RowBytesMax + offsetBytes
            + changed.Sum(static one => RowOverheadBytes + ((long)PositionBytes * one.Assignment.Count));
        return rows <= TableLimits.TransactionRowsMax && bytes <= TableLimits.TransactionBytesMax;
    }

    /// <summary>The plan with one more decision; null when that is too much for one transaction.</summary>
    public GroupPlan? With(GroupDecision decision)
    {
        if (decision is not GroupDecision.Accepted accepted)
        {
            return this with { Decisions = Decisions.Add(decision) };
        }

        var grown = this with
        {
            Next = accepted.Next,
            Decisions = Decisions.Add(decision),
            Commits = Commits.SetItems(
                    accepted.Commits.Select(static one => KeyValuePair.Create(one.Partition, one)))
                .RemoveRange(accepted.Removed),
            Removed = Removed.Except(accepted.Commits.Select(static one => one.Partition)).Union(accepted.Removed),
            RestsOnGroup = RestsOnGroup || accepted.RestsOnGroup,
        };
        var bytes = grown.Commits.Values.Sum(
            static one => RowOverheadBytes + ((long)EscapedBytes * one.Metadata.Length));
        return IsOfOne || Fits(Before, grown.Next, grown.Commits.Count + grown.Removed.Count, bytes)
            ? grown
            : null;
    }
}
