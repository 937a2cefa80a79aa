using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Compaction;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Takes the steps of one compaction of a log: its groups in order, each in a transaction of its
/// own.</summary>
/// <remarks>
/// Whoever is killed between two groups leaves a log in which every key has its last record, and the segments dirty
/// that were not dealt with. A group that others were quicker with ends the pass.
/// </remarks>
/// <param name="table">The rows of the logs.</param>
/// <param name="compactor">Decides what goes.</param>
/// <param name="rewriter">Rewrites a group.</param>
internal sealed class LogCompaction(LogRowsTable table, Compactor compactor, SegmentRewriter rewriter)
{
    /// <summary>Compacts a log.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="rows">The rows that the plan was made of.</param>
    /// <param name="plan">What is to be compacted.</param>
    /// <param name="now">The storage service's time, whenever it is asked for.</param>
    /// <param name="goOn">Is told what each group did, and says whether to go on.</param>
    /// <param name="report">Is told what could not be compacted, for a person to read.</param>
    /// <param name="cancellationToken">Abandons the pass.</param>
    /// <returns>False when others were first, or the pass was not to go on.</returns>
    public async ValueTask<bool> RunAsync(
        PartitionId partition,
        TopicConfig config,
        LogRows rows,
        CompactionPlan plan,
        Func<DateTimeOffset> now,
        Func<KeeperCounts, ValueTask<bool>> goOn,
        Action<string> report,
        CancellationToken cancellationToken)
    {
        var stored = rows.Segments.ToDictionary(static segment => segment.Row.Segment, StringComparer.Ordinal);
        if (await WithIndexesAsync(partition.Log, plan, stored, cancellationToken) is not { } whole)
        {
            return false;
        }

        var pass = await compactor.PrepareAsync(
            partition.Log,
            whole,
            CompactionSettings.Of(config),
            KeeperTimes.Milliseconds(now()),
            cancellationToken);
        if (pass.UnreadableBatches > 0)
        {
            report(
                $"The records of {pass.UnreadableBatches} batches cannot be read, of the first at offset "
                + $"{pass.FirstUnreadable}: a compaction leaves them as they are.");
        }

        foreach (var group in pass.Groups)
        {
            StoredSegment[] sources = [.. group.Rows.Select(row => stored[row.Segment])];
            var did = group.IsRewritten
                ? await RewriteAsync(partition, config, pass, group, sources, now, report, cancellationToken)
                : await MarkAsync(partition.Log, group, sources, now, cancellationToken);
            if (did is null || !await goOn(did))
            {
                return false;
            }
        }

        return true;
    }

    // A segment that was compacted in part is read from its middle on, for which its index is needed.
    private async ValueTask<CompactionPlan?> WithIndexesAsync(
        LogId log,
        CompactionPlan plan,
        Dictionary<string, StoredSegment> stored,
        CancellationToken cancellationToken)
    {
        var segments = plan.Segments.ToBuilder();
        for (var place = 0; place < segments.Count; place++)
        {
            if (segments[place].CleanedTo is null)
            {
                continue;
            }

            if (await table.ReadWholeAsync(log, [stored[segments[place].Segment]], cancellationToken) is not { } whole)
            {
                return null;
            }

            segments[place] = whole[0];
        }

        return plan with { Segments = segments.MoveToImmutable() };
    }

    private async ValueTask<KeeperCounts?> RewriteAsync(
        PartitionId partition,
        TopicConfig config,
        CompactionPass pass,
        CompactionGroup group,
        StoredSegment[] sources,
        Func<DateTimeOffset> now,
        Action<string> report,
        CancellationToken cancellationToken)
    {
        var filter = pass.FilterOf(group);
        var copied = await rewriter.RewriteAsync(
            partition,
            sources,
            CopyCompression.Of(config),
            filter.Keeps,
            copy => group.RowOf(copy.Row(null), copy.Tombstones, KeeperTimes.Milliseconds(now())),
            cancellationToken);
        if (copied is { BatchesKeptWhole: > 0 })
        {
            report(
                $"{copied.BatchesKeptWhole} batches from offset {group.Sources[0].Row.BaseOffset} on keep outdated records "
                + "beside one that is too large for a batch of its own.");
        }

        return copied is null
            ? null
            : new KeeperCounts
            {
                SegmentsCompacted = sources.Length,
                BytesCompacted = sources.Sum(static source => source.Row.Bytes),
                BytesOfCopies = copied.Bytes,
                RecordsRemoved = filter.Removed,
            };
    }

    private async ValueTask<KeeperCounts?> MarkAsync(
        LogId log,
        CompactionGroup group,
        StoredSegment[] sources,
        Func<DateTimeOffset> now,
        CancellationToken cancellationToken)
    {
        var marked = group.RowsMarked(KeeperTimes.Milliseconds(now()));
        StoredSegment[] old = [.. marked.Select(one => sources.First(source => source.Row.Segment == one.Old.Segment))];
        if (await table.ReadWholeAsync(log, old, cancellationToken) is not { } whole)
        {
            return null;
        }

        var rows = marked.Select((one, place) => (old[place], Mark(whole[place], one.New))).ToArray();
        return await table.MarkAsync(log, rows, cancellationToken)
            ? new KeeperCounts
            {
                SegmentsCompacted = rows.Length,
                BytesCompacted = old.Sum(static source => source.Row.Bytes),
            }
            : null;
    }

    private static SegmentRow Mark(SegmentRow whole, SegmentRow marked) => whole with
    {
        CleanedAt = marked.CleanedAt,
        CleanedTo = marked.CleanedTo,
        Tombstones = marked.Tombstones,
    };
}
