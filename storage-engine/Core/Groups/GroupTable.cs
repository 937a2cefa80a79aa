using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Reads the rows of groups: of a large group only those that a step needs, but all when somebody may have to be
/// expelled.
/// </summary>
/// <remarks>
/// What it remembers of a group (the state that a version of its row stands for, and when the first member's session
/// ends) only saves work; a group that is not remembered is read whole.
/// </remarks>
internal sealed class GroupTable
{
    private const int SingleReadsMax = 2;

    private readonly ITableStore _tables;
    private readonly StorageClock _clock;
    private readonly GroupSettings _settings;
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupId, Known> _known = [];

    public GroupTable(ITableStore tables, StorageClock clock, GroupSettings settings)
    {
        _tables = tables;
        _clock = clock;
        _settings = settings;
    }

    /// <summary>Reads a group with at least the rows of <paramref name="members"/>, as far as they exist.</summary>
    /// <remarks>Rows are not of one moment; whatever is decided on them is written on their versions.</remarks>
    public async ValueTask<GroupView> ReadAsync(
        GroupId group, IReadOnlyCollection<InstanceId> members, CancellationToken cancellationToken)
    {
        var known = Find(group);
        return known is null
            || known.State.Members.Count <= _settings.WholeMembersMax
            || members.Count > SingleReadsMax
            || _clock.Read().AtLeast >= known.FirstEnd
                ? await ReadWholeAsync(group, cancellationToken)
                : await ReadSomeAsync(group, members, known, cancellationToken);
    }

    /// <summary>Reads a group with all its members.</summary>
    public async ValueTask<GroupView> ReadWholeAsync(GroupId group, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        var range = GroupKeys.GroupAndInstances;
        var pages = 0;
        TablePage page;
        do
        {
            page = await _tables.QueryAsync(
                GroupKeys.Partition(group), range, TableLimits.PageRowsMax, cancellationToken);
            rows.AddRange(page.Rows);
            range = rows.Count > 0 ? range.After(rows[^1].Key) : range;
            pages++;
        }
        while (page.More);

        // No member's row may be newer than the group's, or it would be judged by an epoch that has ended.
        var key = GroupKeys.Group(group);
        var row = pages == 1
            ? rows.Find(one => one.Key == key)
            : await _tables.GetAsync(GroupKeys.Partition(group), key, cancellationToken);
        var view = ViewOf(StateOf(group, row), row, rows.Where(one => one.Key != key));
        Remember(group, row, view.Draft.State, Expiry.FirstEnd(view.Draft, _settings.RebalanceTimeout));
        return view;
    }

    /// <summary>Reads the group's row alone.</summary>
    /// <returns>Null when there is none.</returns>
    public async ValueTask<GroupState?> ReadStateAsync(GroupId group, CancellationToken cancellationToken)
    {
        var row = await _tables.GetAsync(GroupKeys.Partition(group), GroupKeys.Group(group), cancellationToken);
        if (row is null)
        {
            return null;
        }

        _clock.Observe(row.WrittenAt);
        return StateOf(group, row);
    }

    /// <summary>The group after a write: what a next step of the same request can begin with.</summary>
    public GroupView Written(GroupId group, GroupView before, GroupPlan plan, IReadOnlyList<RowVersion?> versions)
    {
        // In the order of GroupView.ChangesTo.
        var at = 0;
        var own = before.Group;
        if (!ReferenceEquals(plan.Next.State, before.Draft.State) || plan.RestsOnGroup)
        {
            own = versions[at++];
        }

        var members = before.Instances.RemoveRange(GroupPlan.Gone(before.Draft, plan.Next));
        foreach (var instance in GroupPlan.Changed(before.Draft, plan.Next))
        {
            members = members.SetItem(instance.Id, versions[at++]!.Value);
        }

        Follow(group, own, plan.Next.State);
        return new GroupView(plan.Next, own, members);
    }

    private async ValueTask<GroupView> ReadSomeAsync(
        GroupId group, IReadOnlyCollection<InstanceId> members, Known known, CancellationToken cancellationToken)
    {
        // The group's row comes last: whatever changes a member there writes the member's own row, too, so what was read
        // too early is noticed when that is written. A member's row that is newer than the group's would let a commit
        // pass under an epoch that is over.
        var partition = GroupKeys.Partition(group);
        var rows = await Task.WhenAll(members.Select(id =>
            _tables.GetAsync(partition, GroupKeys.Instance(group, id), cancellationToken).AsTask()));
        var row = await _tables.GetAsync(partition, GroupKeys.Group(group), cancellationToken);
        var state = StateOf(group, row);
        Remember(group, row, state, row?.Version == known.Version ? known.FirstEnd : SoonerOf(known.FirstEnd, state));
        return ViewOf(state, row, rows.OfType<TableRow>());
    }

    private GroupView ViewOf(GroupState state, TableRow? row, IEnumerable<TableRow> members)
    {
        if (row is not null)
        {
            _clock.Observe(row.WrittenAt);
        }

        var instances = GroupDraft.Empty.Instances.ToBuilder();
        var versions = ImmutableDictionary.CreateBuilder<InstanceId, RowVersion>();
        foreach (var one in members)
        {
            _clock.Observe(one.WrittenAt);
            var instance = GroupRows.DecodeInstance(one, state);

            // A row that is newer or older than the group's: it counts when both are read together again.
            if (state.Members.TryGetValue(instance.Id, out var member) && member.AwaySince is null)
            {
                instances.Add(instance.Id, instance);
                versions.Add(instance.Id, one.Version);
            }
        }

        return new GroupView(new GroupDraft(state, instances.ToImmutable()), row?.Version, versions.ToImmutable());
    }

    private GroupState StateOf(GroupId group, TableRow? row) =>
        row is not null && Find(group) is { } known && known.Version == row.Version
            ? known.State
            : GroupRows.Decode(row);

    private Known? Find(GroupId group)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(group);
        }
    }

    private void Remember(GroupId group, TableRow? row, GroupState state, DateTimeOffset? firstEnd)
    {
        lock (_lock)
        {
            if (row is null || firstEnd is not { } end)
            {
                _known.Remove(group);
                return;
            }

            if (_known.Count >= GroupLimits.RememberedMax && !_known.ContainsKey(group))
            {
                _known.Clear();
            }

            _known[group] = new Known(row.Version, state, end);
        }
    }

    private void Follow(GroupId group, RowVersion? version, GroupState state)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(group, out var known) && version is { } written && known.Version != written)
            {
                _known[group] = new Known(written, state, SoonerOf(known.FirstEnd, state));
            }
        }
    }

    // A new member's session may be shorter than all others, and a rebalance sets new terms.
    private DateTimeOffset SoonerOf(DateTimeOffset firstEnd, GroupState state)
    {
        var soonest = Expiry.FirstEndOf(state, _clock.Read(), _settings.RebalanceTimeout);
        return soonest < firstEnd ? soonest.Value : firstEnd;
    }

    private sealed record Known(RowVersion Version, GroupState State, DateTimeOffset FirstEnd);
}
