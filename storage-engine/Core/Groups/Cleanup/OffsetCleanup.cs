using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups.Cleanup;

/// <summary>
/// Removes committed offsets of topics whose life is over and those that are forgotten
/// (<c>offsets.retention.minutes</c>), and groups that have nothing left. Bounded: a run goes on where the last one
/// ended, on whichever node.
/// </summary>
/// <remarks>
/// Several runs at once, a run that dies, and one that sleeps in its midst do no harm: what is removed counts for nothing
/// already, and each removal is conditional on what was read (<see cref="GroupCleanup"/>).
/// </remarks>
public sealed class OffsetCleanup
{
    private readonly ITableStore _tables;
    private readonly TopicCatalog _topics;
    private readonly GroupCoordinator _groups;
    private readonly GroupCleanup _cleanup;
    private readonly OffsetCleanupLimits _limits;

    /// <summary>Touches no storage.</summary>
    /// <param name="tables">Where the rows of the groups lie.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="settings">What the operator has set about groups.</param>
    /// <param name="limits">How much one run does.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness; safe for several threads at once.</param>
    public OffsetCleanup(
        ITableStore tables,
        TopicCatalog topics,
        GroupCoordinator groups,
        GroupSettings settings,
        OffsetCleanupLimits limits,
        TimeProvider time,
        Random random)
    {
        (_tables, _topics, _groups, _limits) = (tables, topics, groups, limits);
        var table = new GroupTable(tables, groups.Clock, settings);
        var deletion = new GroupDeletion(
            tables, table, new GroupIndex(tables), new OffsetLedger(tables), new ConditionalChange(time, random));
        _cleanup = new GroupCleanup(tables, table, deletion, groups, settings);
    }

    /// <summary>What the last run of any node did; null before the first one.</summary>
    public async ValueTask<OffsetCleanupReport?> ReadAsync(CancellationToken cancellationToken) =>
        await _tables.GetAsync(CleanupRow.Partition, CleanupRow.Key, cancellationToken) is { } row
            ? CleanupRow.Decode(row).Report(row.WrittenAt)
            : null;

    /// <summary>Cleans the next groups.</summary>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <returns>Null when another node has just begun.</returns>
    /// <exception cref="StorageUnavailableException">Call again later; what was done stays done.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same.</exception>
    public async ValueTask<OffsetCleanupReport?> RunAsync(CancellationToken cancellationToken)
    {
        if (await BeginAsync(cancellationToken) is not { } begun)
        {
            return null;
        }

        var (done, after) = await CleanAsync(begun.Row.After, cancellationToken);
        var row = CleanupRow.Empty with
        {
            After = after,
            Groups = done.Groups,
            OffsetsRemoved = done.OffsetsRemoved,
            GroupsRemoved = done.GroupsRemoved,
            Problem = done.Problem,
        };

        // When another node has begun meanwhile, its place counts: some groups are looked at twice.
        await _tables.ExecuteAsync(
            CleanupRow.Partition,
            [new RowChange.Replace(CleanupRow.Key, row.Encode(), begun.Version)],
            cancellationToken);
        return done;
    }

    // Writing the row and reading it again is how the storage service is asked for its time.
    private async ValueTask<(CleanupRow Row, RowVersion Version)?> BeginAsync(CancellationToken cancellationToken)
    {
        var before = await _tables.GetAsync(CleanupRow.Partition, CleanupRow.Key, cancellationToken);
        var row = before is null ? CleanupRow.Empty : CleanupRow.Decode(before);
        RowChange write = before is null
            ? new RowChange.Insert(CleanupRow.Key, row.Encode())
            : new RowChange.Replace(CleanupRow.Key, row.Encode(), before.Version);
        if (await _tables.ExecuteAsync(CleanupRow.Partition, [write], cancellationToken)
                is not TableTransaction.Committed
            || await _tables.GetAsync(CleanupRow.Partition, CleanupRow.Key, cancellationToken) is not { } written)
        {
            return null;
        }

        _groups.Clock.Observe(written.WrittenAt);
        return (row, written.Version);
    }

    private async ValueTask<(OffsetCleanupReport Done, string? After)> CleanAsync(
        string? from, CancellationToken cancellationToken)
    {
        var lives = new TopicLives(_topics);
        var (looked, offsets, removed) = (0, 0, 0);
        string? problem = null;
        string? last = null;
        GroupId? after = from is not null && GroupId.TryParse(from, out var begin, out _) ? begin : null;
        await foreach (var group in _groups.ListAsync(after, cancellationToken))
        {
            if (looked == _limits.GroupsMax || offsets >= _limits.RemovalsMax)
            {
                return (Report(more: true), last);
            }

            var now = _groups.Clock.Read();
            try
            {
                var (gone, isGone) = await _cleanup.RunAsync(
                    group, lives, now, _limits.RemovalsMax - offsets, cancellationToken);
                offsets += gone;
                removed += isGone ? 1 : 0;
            }
            catch (CorruptDataException damaged)
            {
                // One damaged group must not keep the others from being cleaned.
                problem = $"Group '{group}' was passed over: {damaged.Message}";
            }

            (looked, last) = (looked + 1, group.Value);
        }

        return (Report(more: false), null);

        OffsetCleanupReport Report(bool more) =>
            new(looked, offsets, removed, more, _groups.Clock.Read().AtLeast, problem);
    }
}
