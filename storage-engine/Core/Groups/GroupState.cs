using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>A consumer group at one point in its history, without what its members have read.</summary>
/// <param name="Epoch">
/// Raised by every change of members, their subscriptions, or the topics; never lowered (KIP-848: the group epoch).
/// </param>
/// <param name="AssignmentEpoch">The epoch that the target assignment was made for.</param>
/// <param name="Topics">The topics that anyone in the group wants and that exist, by name.</param>
/// <param name="Members">The members, in order of their ids.</param>
public sealed record GroupState(
    int Epoch,
    int AssignmentEpoch,
    ImmutableSortedDictionary<string, TopicShare> Topics,
    ImmutableSortedDictionary<InstanceId, GroupMember> Members)
{
    /// <summary>A group that nobody has used yet.</summary>
    /// <remarks>
    /// Its epoch is the first above <see cref="GroupRequest.Heartbeat.JoinEpoch"/>: no member has the one with which
    /// clients join.
    /// </remarks>
    public static GroupState Empty { get; } = new(
        GroupRequest.Heartbeat.JoinEpoch + 1,
        GroupRequest.Heartbeat.JoinEpoch + 1,
        ImmutableSortedDictionary.Create<string, TopicShare>(StringComparer.Ordinal),
        ImmutableSortedDictionary<InstanceId, GroupMember>.Empty);

    /// <summary>
    /// Since when the group has had no member, by the storage service's time; null while it has members.
    /// </summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>Whether the group is being deleted: nothing else can happen to it any more.</summary>
    public bool Deleting { get; init; }

    /// <summary>
    /// Offsets that were committed before this are forgotten (<c>offsets.retention.minutes</c>): the group had been
    /// empty for too long when its next member came.
    /// </summary>
    public DateTimeOffset ForgetBefore { get; init; }

    /// <summary>Since when an offset must have been committed to count at this moment.</summary>
    /// <param name="now">The service's time, at least.</param>
    /// <param name="retention">How long offsets of an empty group are kept.</param>
    public DateTimeOffset ForgottenBefore(DateTimeOffset now, TimeSpan retention) =>
        EmptySince is { } empty && now - empty >= retention && now - retention > ForgetBefore
            ? now - retention
            : ForgetBefore;

    /// <summary>How far the members have got on the way to the target assignment.</summary>
    public GroupPhase Phase =>
        Deleting ? GroupPhase.Dead
        : Members.IsEmpty ? GroupPhase.Empty
        : Topics.Values.All(static share => share.Target.SequenceEqual(share.Owners)) ? GroupPhase.Stable
        : GroupPhase.Reconciling;

    /// <summary>The assignor of the next assignment: what most members prefer, the first by name of several.</summary>
    public string Assignor => Members.Values
        .Where(static member => member.Assignor is not null)
        .GroupBy(static member => member.Assignor!)
        .OrderByDescending(static some => some.Count())
        .ThenBy(static some => some.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.Key ?? Assignors.AssignorNames.Default;

    /// <summary>Replaces what is known about one member, within the same epoch.</summary>
    public GroupState With(GroupMember member) => this with { Members = Members.SetItem(member.Id, member) };

    /// <summary>The owner of a partition, or null.</summary>
    public GroupMember? OwnerOf(TopicPartition partition) =>
        Topics.TryGetValue(partition.Topic.Value, out var share)
        && partition.Partition < share.Owners.Length
        && share.Owners[partition.Partition] is >= 0 and var number
            ? Members.Values.FirstOrDefault(member => member.Number == number)
            : null;

    /// <summary>The partitions that a member has.</summary>
    /// <param name="number">The member.</param>
    /// <param name="wanted">True for those it keeps, false for those it should give up.</param>
    public IEnumerable<TopicPartition> Owned(int number, bool wanted) => Topics.Values.SelectMany(share =>
        Enumerable.Range(0, share.Owners.Length)
            .Where(at => share.Owners[at] == number && share.Target[at] == number == wanted)
            .Select(at => new TopicPartition(share.Topic.Name, at)));

    /// <summary>Whether a member has partitions that it should give up.</summary>
    public bool Revokes(int number)
    {
        foreach (var share in Topics.Values)
        {
            for (var at = 0; at < share.Owners.Length; at++)
            {
                if (share.Owners[at] == number && share.Target[at] != number)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
