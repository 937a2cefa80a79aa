using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Removes the rows of a group that is marked as being deleted. Any node may do it at any time, and go on where
/// another stopped: offsets first, then the name, and the group's own row last.
/// </summary>
internal sealed class GroupDeletion(
    ITableStore tables, GroupTable table, GroupIndex index, OffsetLedger offsets, ConditionalChange changes)
{
    /// <summary>Finishes a deletion; nothing happens when the group is not being deleted.</summary>
    public async ValueTask FinishAsync(GroupId group, CancellationToken cancellationToken) =>
        await changes.RunAsync(
            $"Group '{group}'",
            GroupLimits.AttemptsMax,
            async _ => (await TryAsync(group, cancellationToken), true),
            cancellationToken);

    private async ValueTask<bool> TryAsync(GroupId group, CancellationToken cancellationToken)
    {
        // Before the group's row, so that a name that is written later for a new group has another version.
        var named = await index.FindAsync(group, cancellationToken);
        var view = await table.ReadWholeAsync(group, cancellationToken);
        if (view is not { Group: { } version, Draft.State.Deleting: true })
        {
            return true;
        }

        // On the condition that the group is still the one being deleted: another may have finished meanwhile, and a
        // new group of the same name have committed.
        var (partition, key) = (GroupKeys.Partition(group), GroupKeys.Group(group));
        while (await offsets.NextRemovalsAsync(group, TableLimits.TransactionRowsMax - 1, cancellationToken)
            is { Count: > 0 } removals)
        {
            if (await tables.ExecuteAsync(
                    partition, [new RowChange.Check(key, version), .. removals], cancellationToken)
                is not TableTransaction.Committed { Versions: var versions })
            {
                return false;
            }

            version = versions[0]!.Value;
        }

        if (named is { } present)
        {
            await index.RemoveAsync(group, present, cancellationToken);
        }

        return await tables.ExecuteAsync(
            partition, [new RowChange.Delete(key, version)], cancellationToken)
            is TableTransaction.Committed;
    }
}
