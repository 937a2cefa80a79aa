using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>A group as read, with what is needed to replace it.</summary>
/// <param name="State">What the rows stand for.</param>
/// <param name="Versions">The version of each row, by its key.</param>
internal sealed record GroupView(GroupState State, IReadOnlyDictionary<string, RowVersion> Versions)
{
    /// <summary>What must be written so that <paramref name="next"/> is the group.</summary>
    /// <param name="group">The group's id.</param>
    /// <param name="next">Made from <see cref="State"/>; objects that are the same are not written.</param>
    /// <param name="self">
    /// The instance whose own request this is, if any: its row's time becomes its sign of life.
    /// </param>
    /// <remarks>
    /// Whatever depends on several instances raises the generation, and so replaces the group's row: two such changes
    /// never both commit. Everything else depends on the instance's own row alone.
    /// </remarks>
    public IReadOnlyList<RowChange> ChangesTo(GroupId group, GroupState next, InstanceId? self)
    {
        var changes = new List<RowChange>();
        if (next.Generation != State.Generation)
        {
            changes.Add(Put(GroupKeys.Group(group), GroupRows.Encode(next)));
        }

        foreach (var instance in next.Instances.Values)
        {
            if (!ReferenceEquals(instance, State.Instances.GetValueOrDefault(instance.Id)))
            {
                changes.Add(Put(
                    GroupKeys.Instance(group, instance.Id), GroupRows.Encode(instance, byItself: instance.Id == self)));
            }
        }

        foreach (var gone in State.Instances.Keys.Where(id => !next.Instances.ContainsKey(id)))
        {
            var key = GroupKeys.Instance(group, gone);
            changes.Add(new RowChange.Delete(key, Versions[key]));
        }

        return changes;
    }

    private RowChange Put(string key, byte[] value) => Versions.TryGetValue(key, out var version)
        ? new RowChange.Replace(key, value, version)
        : new RowChange.Insert(key, value);
}
