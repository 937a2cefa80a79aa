using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups.Cleanup;

/// <summary>
/// Cleans one group: removes what it committed and nobody can read any more, and the group itself when it has neither
/// members nor offsets, as Kafka does.
/// </summary>
/// <remarks>
/// Every removal rests on the version of the group's row that was read first, and on that of the offset's own row: a
/// commit, or a member that joins, changes one of the two, and then nothing is removed by that transaction.
/// </remarks>
internal sealed class GroupCleanup(
    ITableStore tables,
    GroupTable table,
    GroupDeletion deletion,
    GroupCoordinator groups,
    GroupSettings settings)
{
    private const int RemovalsAtOnce = TableLimits.TransactionRowsMax - 1;

    /// <summary>Cleans a group.</summary>
    /// <param name="group">Its name, as it is listed.</param>
    /// <param name="lives">Which lives of topics are over.</param>
    /// <param name="now">The storage service's time, at least.</param>
    /// <param name="removalsMax">The most offsets to remove; what is left is left for a later run.</param>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <returns>How many offsets were removed, and whether the group was.</returns>
    public async ValueTask<(int Offsets, bool Group)> RunAsync(
        GroupId group, TopicLives lives, StorageInstant now, int removalsMax, CancellationToken cancellationToken)
    {
        var view = await table.ReadWholeAsync(group, cancellationToken);
        if (view is { Draft.State.Members.IsEmpty: false } && IsDeserted(view.Draft, now))
        {
            // Nobody asks for anything any more, so nobody noticed.
            await groups.ExecuteAsync(group, new GroupRequest.Alter([], []), cancellationToken);
            view = await table.ReadWholeAsync(group, cancellationToken);
        }

        if (view.Group is not { } version)
        {
            return (0, false);
        }

        var state = view.Draft.State;
        if (state.Deleting)
        {
            await deletion.FinishAsync(group, cancellationToken);
            return (0, true);
        }

        var forgotten = state.ForgottenBefore(now.AtLeast, settings.OffsetsRetention);
        var sweep = await SweepAsync(group, lives, forgotten, version, removalsMax, cancellationToken);
        return sweep is { Version: { } last, Kept: false } && state.Members.IsEmpty
            ? (sweep.Removed, await TryDeleteAsync(group, state, last, cancellationToken))
            : (sweep.Removed, false);
    }

    private async ValueTask<Sweep> SweepAsync(
        GroupId group,
        TopicLives lives,
        DateTimeOffset forgotten,
        RowVersion version,
        int removalsMax,
        CancellationToken cancellationToken)
    {
        var sweep = new Sweep(version, Removed: 0, Kept: false);
        var range = GroupKeys.AllOffsets;
        for (var more = true; more;)
        {
            var page = await tables.QueryAsync(
                GroupKeys.Partition(group), range, TableLimits.PageRowsMax, cancellationToken);
            var gone = await FindGoneAsync(page.Rows, lives, forgotten, cancellationToken);
            sweep = sweep with { Kept = sweep.Kept || gone.Count < page.Rows.Count };
            foreach (var some in gone.Chunk(RemovalsAtOnce))
            {
                if (sweep.Removed + some.Length > removalsMax)
                {
                    return sweep with { Kept = true };
                }

                if (await RemoveAsync(group, some, sweep.Version!.Value, cancellationToken) is not { } next)
                {
                    return sweep with { Version = null };
                }

                sweep = sweep with { Version = next, Removed = sweep.Removed + some.Length };
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }

        return sweep;
    }

    private static async ValueTask<List<TableRow>> FindGoneAsync(
        IReadOnlyList<TableRow> rows, TopicLives lives, DateTimeOffset forgotten, CancellationToken cancellationToken)
    {
        var offsets = rows.Select(static row =>
            (Row: row, GroupKeys.PartitionOf(row.Key).Topic, Committed: OffsetLedger.Decode(row))).ToList();
        var over = await lives.OverAsync(
            offsets.Select(static one => (one.Topic, one.Committed.Topic)), cancellationToken);
        return
        [
            .. offsets
                .Where(one => over.Contains(one.Committed.Topic) || one.Committed.CommittedAt < forgotten)
                .Select(static one => one.Row),
        ];
    }

    // Null when somebody has changed the group, or committed one of these, since it was read.
    private async ValueTask<RowVersion?> RemoveAsync(
        GroupId group, TableRow[] rows, RowVersion version, CancellationToken cancellationToken) =>
        await tables.ExecuteAsync(
            GroupKeys.Partition(group),
            [
                new RowChange.Check(GroupKeys.Group(group), version),
                .. rows.Select(static row => new RowChange.Delete(row.Key, row.Version)),
            ],
            cancellationToken) is TableTransaction.Committed committed
            ? committed.Versions[0]
            : null;

    // A commit without members rests on the group's row: it comes before this mark and stops it, or behind it and begins
    // a new group of the name.
    private async ValueTask<bool> TryDeleteAsync(
        GroupId group, GroupState state, RowVersion version, CancellationToken cancellationToken)
    {
        var mark = new RowChange.Replace(
            GroupKeys.Group(group), GroupRows.Encode(state with { Deleting = true }), version);
        if (await tables.ExecuteAsync(GroupKeys.Partition(group), [mark], cancellationToken)
            is not TableTransaction.Committed)
        {
            return false;
        }

        await deletion.FinishAsync(group, cancellationToken);
        return true;
    }

    private bool IsDeserted(GroupDraft draft, StorageInstant now)
    {
        var left = Expiry.Apply(draft, now, settings.RebalanceTimeout);
        return left.State.Members.IsEmpty || (!ReferenceEquals(left, draft) && IsDeserted(left, now));
    }

    /// <summary>How far the removal got.</summary>
    /// <param name="Version">The group's row now; null when somebody else has changed it.</param>
    /// <param name="Removed">How many offsets are gone.</param>
    /// <param name="Kept">Whether any offset stays.</param>
    private sealed record Sweep(RowVersion? Version, int Removed, bool Kept);
}
