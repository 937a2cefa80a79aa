using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Rows;

/// <summary>Reads the rows of logs, and changes which segments count.</summary>
/// <remarks>
/// A change that others came before happens not at all, and the caller reads and decides again. A change whose answer
/// was lost is looked for: what can still arrive late finds versions that have moved on. Every method may throw
/// <see cref="StorageUnavailableException"/> (nothing was changed), <see cref="StorageOutcomeUnknownException"/> where
/// it writes, and <see cref="CorruptDataException"/>.
/// </remarks>
/// <param name="tables">Where the rows lie.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class LogRowsTable(ITableStore tables, TimeProvider time, Random random)
{
    /// <summary>How often a change is tried again after a lost race or an unknown outcome.</summary>
    public const int AttemptsMax = 8;

    private readonly ConditionalChange _changes = new(time, random);

    /// <summary>Reads all rows of a log; null when it was never written, or is deleted.</summary>
    public ValueTask<LogRows?> ReadAsync(LogId log, CancellationToken cancellationToken) =>
        LogRowsReader.ReadAsync(log, tables, cancellationToken);

    /// <summary>Whether a log is deleted, or was never written: nobody reads it.</summary>
    public async ValueTask<bool> IsDeletedAsync(LogId log, CancellationToken cancellationToken) =>
        await ReadHeadVersionAsync(log, cancellationToken) is null;

    /// <summary>Reads the rows of some segments with their indexes; null when one of them has changed.</summary>
    public async ValueTask<IReadOnlyList<SegmentRow>?> ReadWholeAsync(
        LogId log, IReadOnlyList<StoredSegment> segments, CancellationToken cancellationToken)
    {
        var whole = new List<SegmentRow>(segments.Count);
        foreach (var segment in segments)
        {
            var key = LogKeys.Segment(log, segment.Row.BaseOffset);
            if (await tables.GetAsync(LogKeys.Partition(log), key, cancellationToken) is not { } row
                || row.Version != segment.Version)
            {
                return null;
            }

            whole.Add(RowJson.Read(row, LogRowsJson.Default.SegmentRow));
        }

        return whole;
    }

    /// <summary>Lets the oldest segments cease to count.</summary>
    /// <param name="rows">What the decision was taken on.</param>
    /// <param name="segments">The oldest segments; at most <see cref="LogRowsLimits.SegmentsChangedMax"/>.</param>
    /// <param name="logStart">Where the log begins from then on.</param>
    /// <param name="cancellationToken">Abandons the wait between two tries.</param>
    /// <returns>False when others were first: read again.</returns>
    public ValueTask<bool> RetireAsync(
        LogRows rows, IReadOnlyList<StoredSegment> segments, long logStart, CancellationToken cancellationToken) =>
        TryAsync(
            rows.Log,
            "retired",
            LogRowChanges.Retire(rows, segments, logStart),
            async () => await FindSegmentAsync(rows.Log, segments[0], cancellationToken) is null,
            cancellationToken);

    /// <summary>Announces a copy, so that its bytes are found again whatever happens.</summary>
    /// <returns>
    /// Its row; null when the log is deleted, or the answer took so long that others have given the copy up.
    /// </returns>
    public async ValueTask<StoredDiscard?> BeginCopyAsync(
        LogId log, SegmentName copy, CancellationToken cancellationToken)
    {
        var key = LogKeys.Discard(log, copy);
        return await TryOnAnyHeadAsync(
                log,
                "announced",
                version => LogRowChanges.BeginCopy(log, version, copy),
                async () => await FindAsync(log, key, cancellationToken) is not null,
                cancellationToken)
            && await FindAsync(log, key, cancellationToken) is { } row
            && StoredDiscard.Of(row) is { Row.State: DiscardState.Copying } copying
            ? copying
            : null;
    }

    /// <summary>Lets a copy count instead of the segments that it was made of.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="segments">The segments, in the order of the log.</param>
    /// <param name="copy">The copy's whole row.</param>
    /// <param name="copying">The copy's discard, as <see cref="BeginCopyAsync"/> returned it.</param>
    /// <param name="cancellationToken">Abandons the wait between two tries.</param>
    /// <returns>
    /// False when it does not and will not count: the log is deleted, a segment went or was replaced meanwhile, or the
    /// copy was given up. Give it up then.
    /// </returns>
    public ValueTask<bool> SwitchAsync(
        LogId log,
        IReadOnlyList<StoredSegment> segments,
        SegmentRow copy,
        StoredDiscard copying,
        CancellationToken cancellationToken) =>
        TryOnAnyHeadAsync(
            log,
            "switched to a copy",
            version => LogRowChanges.Switch(log, version, segments, copy, copying),
            async () => await FindSegmentNameAsync(log, copy.BaseOffset, cancellationToken) == copy.Segment,
            cancellationToken);

    /// <summary>Changes what rows say of segments that stay as they are.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="segments">Fewer than a hundred rows, and the whole rows that are to stand there.</param>
    /// <param name="cancellationToken">Abandons the wait between two tries.</param>
    /// <returns>False when others were first: read again.</returns>
    public ValueTask<bool> MarkAsync(
        LogId log,
        IReadOnlyList<(StoredSegment Old, SegmentRow New)> segments,
        CancellationToken cancellationToken) =>
        TryOnAnyHeadAsync(
            log,
            "marked",
            version => LogRowChanges.Mark(log, version, segments),
            async () => await FindSegmentAsync(log, segments[0].Old, cancellationToken) is null,
            cancellationToken);

    /// <summary>Gives a copy up, so that it cannot come to count any more.</summary>
    /// <returns>Its row; null when the copy counts, or others are at it: read again.</returns>
    public async ValueTask<StoredDiscard?> GiveUpAsync(
        LogId log, StoredDiscard copying, CancellationToken cancellationToken)
    {
        var key = LogRowChanges.KeyOf(log, copying);
        await TryAsync(
            log, "given up", [LogRowChanges.GiveUp(log, copying)], static () => new(true), cancellationToken);
        return await FindAsync(log, key, cancellationToken) is { } row
            && StoredDiscard.Of(row) is { Row.State: DiscardState.Deleting } givenUp
            ? givenUp
            : null;
    }

    /// <summary>Gives up those of some copies that no row names: their bytes go like those of any that was given
    /// up.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="copies">Copies of the log that were in the store before this call; changed.</param>
    /// <param name="cancellationToken">Abandons the wait between two tries.</param>
    /// <returns>How many were given up, at most <see cref="LogRowsLimits.StraysMax"/>; 0 also when rows have moved
    /// meanwhile.</returns>
    public async ValueTask<int> GiveUpStraysAsync(
        LogId log, HashSet<string> copies, CancellationToken cancellationToken)
    {
        if (await UnnamedSegments.FindAsync(log, copies, tables, cancellationToken) is not { } headVersion
            || copies.Count == 0)
        {
            return 0;
        }

        var strays = copies.Take(LogRowsLimits.StraysMax).Select(static name => new SegmentName(name)).ToList();
        var isDone = await TryAsync(
            log,
            "given up without a row",
            LogRowChanges.GiveUpStrays(log, headVersion, strays),
            async () => await FindAsync(log, LogKeys.Discard(log, strays[0]), cancellationToken) is not null,
            cancellationToken);
        return isDone ? strays.Count : 0;
    }

    /// <summary>Forgets discards whose bytes are gone.</summary>
    /// <returns>False when others changed one of them: read again.</returns>
    public ValueTask<bool> ForgetAsync(
        LogId log, IReadOnlyList<StoredDiscard> discards, CancellationToken cancellationToken) =>
        TryAsync(
            log,
            "forgotten",
            LogRowChanges.Forget(log, discards),
            async () => await FindAsync(log, LogRowChanges.KeyOf(log, discards[0]), cancellationToken) is null,
            cancellationToken);

    // The changes name versions, so whichever of two identical tries arrives first is the only one.
    private async ValueTask<bool> TryAsync(
        LogId log,
        string what,
        RowChange[] changes,
        Func<ValueTask<bool>> hasHappened,
        CancellationToken cancellationToken)
    {
        var (outcome, _) = await _changes.RunAsync(
            $"Log {log}: what was to be {what}",
            AttemptsMax,
            async inDoubt => (
                true,
                await CommitsAsync(log, changes, cancellationToken) || (inDoubt && await hasHappened())),
            cancellationToken);
        return outcome;
    }

    // Writers move the head row all the time: what does not depend on where it points is tried again on a newer one.
    private async ValueTask<bool> TryOnAnyHeadAsync(
        LogId log,
        string what,
        Func<RowVersion, RowChange[]> changes,
        Func<ValueTask<bool>> hasHappened,
        CancellationToken cancellationToken)
    {
        var (outcome, _) = await _changes.RunAsync(
            $"Log {log}: what was to be {what}",
            AttemptsMax,
            async inDoubt =>
            {
                if (await ReadHeadVersionAsync(log, cancellationToken) is not { } version)
                {
                    return (true, false);
                }

                var result = await tables.ExecuteAsync(
                    LogKeys.Partition(log), changes(version), cancellationToken);
                return result switch
                {
                    TableTransaction.Committed => (true, true),
                    _ when inDoubt && await hasHappened() => (true, true),
                    TableTransaction.Conflict { Index: 0 } => (false, false),
                    _ => (true, false),
                };
            },
            cancellationToken);
        return outcome;
    }

    // Null when the log is deleted.
    private async ValueTask<RowVersion?> ReadHeadVersionAsync(LogId log, CancellationToken cancellationToken) =>
        await FindAsync(log, LogKeys.Head(log), cancellationToken) is { } row
            && RowJson.Read(row, LogRowsJson.Default.HeadRow) is { Deleted: false }
            ? row.Version
            : null;

    private async ValueTask<TableRow?> FindSegmentAsync(
        LogId log, StoredSegment segment, CancellationToken cancellationToken) =>
        await FindAsync(log, LogKeys.Segment(log, segment.Row.BaseOffset), cancellationToken) is { } row
            && row.Version == segment.Version
            ? row
            : null;

    private async ValueTask<string?> FindSegmentNameAsync(
        LogId log, long baseOffset, CancellationToken cancellationToken) =>
        await FindAsync(log, LogKeys.Segment(log, baseOffset), cancellationToken) is { } row
            ? RowJson.Read(row, LogRowsJson.Default.SegmentRow).Segment
            : null;

    private ValueTask<TableRow?> FindAsync(LogId log, string key, CancellationToken cancellationToken) =>
        tables.GetAsync(LogKeys.Partition(log), key, cancellationToken);

    private async ValueTask<bool> CommitsAsync(
        LogId log, RowChange[] changes, CancellationToken cancellationToken) =>
        await tables.ExecuteAsync(LogKeys.Partition(log), changes, cancellationToken) is TableTransaction.Committed;
}
