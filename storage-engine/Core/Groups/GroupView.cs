using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>A group as read, with what is needed to replace it.</summary>
/// <param name="Draft">What the rows stand for.</param>
/// <param name="Group">The version of the group's row; null when there is none.</param>
/// <param name="Instances">The versions of the members' rows that were read.</param>
internal sealed record GroupView(
    GroupDraft Draft, RowVersion? Group, ImmutableDictionary<InstanceId, RowVersion> Instances)
{
    /// <summary>What must be written so that a plan takes effect, committed offsets aside.</summary>
    /// <param name="group">The group's id.</param>
    /// <param name="plan">Made from <see cref="Draft"/>; objects that are the same are not written.</param>
    /// <remarks>
    /// Whatever depends on several members changes the group's row: two such changes never both commit. Everything else
    /// depends on the member's own row alone, and whatever changes what a member has writes that, too.
    /// </remarks>
    public IReadOnlyList<RowChange> ChangesTo(GroupId group, GroupPlan plan)
    {
        var changes = new List<RowChange>();
        var key = GroupKeys.Group(group);
        if (!ReferenceEquals(plan.Next.State, Draft.State) || (plan.RestsOnGroup && Group is null))
        {
            changes.Add(Put(key, GroupRows.Encode(plan.Next.State), Group));
        }
        else if (plan.RestsOnGroup)
        {
            changes.Add(new RowChange.Check(key, Group!.Value));
        }

        foreach (var instance in GroupPlan.Changed(Draft, plan.Next))
        {
            changes.Add(Put(
                GroupKeys.Instance(group, instance.Id),
                GroupRows.Encode(instance),
                Instances.TryGetValue(instance.Id, out var version) ? version : null));
        }

        changes.AddRange(GroupPlan.Gone(Draft, plan.Next).Select(gone =>
            new RowChange.Delete(GroupKeys.Instance(group, gone), Instances[gone])));
        return changes;
    }

    private static RowChange Put(string key, byte[] value, RowVersion? version) => version is { } known
        ? new RowChange.Replace(key, value, known)
        : new RowChange.Insert(key, value);
}
