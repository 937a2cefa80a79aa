using System.Runtime.CompilerServices;
using System.Text;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// The names of all groups: one row each in a table partition of its own, written before the group's first row and
/// removed before its last, so that every group stands here. A name may stand here without a group.
/// </summary>
internal sealed class GroupIndex(ITableStore tables)
{
    /// <summary>Lists a group; nothing happens when it is listed already.</summary>
    public async ValueTask AddAsync(GroupId group, CancellationToken cancellationToken) =>
        await tables.ExecuteAsync(
            GroupKeys.IndexPartition,
            [new RowChange.Insert(GroupKeys.IndexRow(group), Encoding.UTF8.GetBytes(group.Value))],
            cancellationToken);

    /// <summary>The version of a group's row here, for <see cref="RemoveAsync"/>; null when there is none.</summary>
    public async ValueTask<RowVersion?> FindAsync(GroupId group, CancellationToken cancellationToken) =>
        (await tables.GetAsync(GroupKeys.IndexPartition, GroupKeys.IndexRow(group), cancellationToken))?.Version;

    /// <summary>Removes a group's row, unless it was written again since it was looked at.</summary>
    public async ValueTask RemoveAsync(GroupId group, RowVersion version, CancellationToken cancellationToken) =>
        await tables.ExecuteAsync(
            GroupKeys.IndexPartition,
            [new RowChange.Delete(GroupKeys.IndexRow(group), version)],
            cancellationToken);

    /// <summary>The names in the order of their escaped forms, from <paramref name="after"/> on.</summary>
    /// <param name="after">The last name of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    public async IAsyncEnumerable<GroupId> ListAsync(
        GroupId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = after is { } last ? RowRange.All.After(GroupKeys.IndexRow(last)) : RowRange.All;
        TablePage page;
        do
        {
            page = await tables.QueryAsync(
                GroupKeys.IndexPartition, range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                range = range.After(row.Key);
                yield return GroupId.TryParse(Encoding.UTF8.GetString(row.Value.Span), out var group, out var problem)
                    ? group
                    : throw new CorruptDataException($"Row '{row.Key}' names no group: {problem}.");
            }
        }
        while (page.More);
    }
}
