using System.Runtime.CompilerServices;
using System.Text.Json;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Offsets;

/// <summary>
/// The committed offsets of groups: one row for each partition, beside the rows of the group's instances, so that a
/// commit and the check that the instance may commit are one transaction.
/// </summary>
public sealed class OffsetLedger
{
    private const int Form = 1;

    // So few partitions of a topic are read one by one; more by a query, which costs one request for a thousand rows.
    private const int SingleReadsMax = 2;

    private readonly ITableStore _tables;

    /// <summary>Touches no storage.</summary>
    /// <param name="tables">Where the rows lie.</param>
    public OffsetLedger(ITableStore tables) => _tables = tables;

    /// <summary>Reads committed offsets.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="partitions">Of which partitions, with the present life of each one's topic.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Those that were committed in the present life of the topic.</returns>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, CommittedOffset>> FetchAsync(
        GroupId group, IReadOnlyDictionary<TopicPartition, TopicId> partitions, CancellationToken cancellationToken)
    {
        var committed = new Dictionary<TopicPartition, CommittedOffset>();
        foreach (var (partition, row) in await ReadAsync(group, partitions.Keys, cancellationToken))
        {
            var offset = Decode(row);
            if (offset.Topic == partitions[partition])
            {
                committed[partition] = offset;
            }
        }

        return committed;
    }

    /// <summary>Reads all that a group has committed.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Also those of topics that are gone; one query for each thousand.</returns>
    internal async ValueTask<IReadOnlyDictionary<TopicPartition, CommittedOffset>> FetchAllAsync(
        GroupId group, CancellationToken cancellationToken)
    {
        var committed = new Dictionary<TopicPartition, CommittedOffset>();
        await foreach (var row in RowsAsync(group, GroupKeys.AllOffsets, cancellationToken))
        {
            committed[GroupKeys.PartitionOf(row.Key)] = Decode(row);
        }

        return committed;
    }

    /// <summary>
    /// What must be written for commits and removals: each replaces the row that is there now, whatever life it speaks
    /// of.
    /// </summary>
    internal async ValueTask<IReadOnlyList<RowChange>> PrepareAsync(
        GroupId group,
        IReadOnlyCollection<OffsetCommit> commits,
        IReadOnlyCollection<TopicPartition> removed,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (commits.Count + removed.Count == 0)
        {
            return [];
        }

        var rows = await ReadAsync(
            group, [.. commits.Select(static commit => commit.Partition), .. removed], cancellationToken);
        return
        [
            .. commits.OrderBy(static commit => commit.Partition)
                .Select(commit => rows.TryGetValue(commit.Partition, out var row)
                    ? new RowChange.Replace(row.Key, Encode(commit, now), row.Version)
                    : (RowChange)new RowChange.Insert(GroupKeys.Offset(group, commit.Partition), Encode(commit, now))),
            .. removed.Order().Where(rows.ContainsKey)
                .Select(partition => new RowChange.Delete(rows[partition].Key, rows[partition].Version)),
        ];
    }

    /// <summary>The next rows of offsets to delete, when the group goes.</summary>
    internal async ValueTask<IReadOnlyList<RowChange>> NextRemovalsAsync(
        GroupId group, int rowsMax, CancellationToken cancellationToken)
    {
        var page = await _tables.QueryAsync(
            GroupKeys.Partition(group), GroupKeys.AllOffsets, rowsMax, cancellationToken);
        return [.. page.Rows.Select(static row => new RowChange.Delete(row.Key, row.Version))];
    }

    private async ValueTask<Dictionary<TopicPartition, TableRow>> ReadAsync(
        GroupId group, IEnumerable<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<TopicPartition, TableRow>();
        foreach (var topic in partitions.Distinct().GroupBy(static one => one.Topic))
        {
            var wanted = topic.Order().ToList();
            if (wanted.Count <= SingleReadsMax)
            {
                foreach (var partition in wanted)
                {
                    var key = GroupKeys.Offset(group, partition);
                    if (await _tables.GetAsync(GroupKeys.Partition(group), key, cancellationToken) is { } row)
                    {
                        rows[partition] = row;
                    }
                }
            }
            else
            {
                await QueryAsync(group, wanted, rows, cancellationToken);
            }
        }

        return rows;
    }

    // Bounded by the partitions between the first and the last wanted one: there is one row for each at most.
    private async ValueTask QueryAsync(
        GroupId group,
        List<TopicPartition> wanted,
        Dictionary<TopicPartition, TableRow> rows,
        CancellationToken cancellationToken)
    {
        var range = GroupKeys.Offsets(wanted[0].Topic, wanted[0].Partition, wanted[^1].Partition);
        var among = wanted.ToHashSet();
        await foreach (var row in RowsAsync(group, range, cancellationToken))
        {
            var partition = GroupKeys.PartitionOf(row.Key);
            if (among.Contains(partition))
            {
                rows[partition] = row;
            }
        }
    }

    private async IAsyncEnumerable<TableRow> RowsAsync(
        GroupId group, RowRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TablePage page;
        do
        {
            page = await _tables.QueryAsync(
                GroupKeys.Partition(group), range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                yield return row;
                range = range.After(row.Key);
            }
        }
        while (page.More);
    }

    private static byte[] Encode(OffsetCommit commit, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(
        new OffsetRow(Form, commit.Topic.ToString(), commit.Offset, commit.Metadata, now.UtcTicks)
        {
            LeaderEpoch = commit.LeaderEpoch < 0 ? null : commit.LeaderEpoch,
        },
        GroupJson.Default.OffsetRow);

    /// <summary>What the row of a committed offset says.</summary>
    internal static CommittedOffset Decode(TableRow row)
    {
        var stored = RowJson.Read(row, GroupJson.Default.OffsetRow, static one => one.V, Form);
        return new CommittedOffset(
            TopicId.Parse(stored.Topic),
            stored.Offset,
            stored.Metadata,
            new DateTimeOffset(stored.CommittedAt, TimeSpan.Zero))
        {
            LeaderEpoch = stored.LeaderEpoch ?? -1,
        };
    }
}
