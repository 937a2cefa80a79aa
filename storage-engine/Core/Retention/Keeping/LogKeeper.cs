using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Keeps one log after the other: reads its rows, takes the step that is due, and reads again.</summary>
/// <param name="log">The logs themselves, for their active segments.</param>
/// <param name="table">The rows of the logs.</param>
/// <param name="segments">Where the segments lie.</param>
/// <param name="rewriter">Makes copies.</param>
/// <param name="compaction">Compacts.</param>
/// <param name="settings">The limits.</param>
internal sealed class LogKeeper(
    EventLog log,
    LogRowsTable table,
    ISegmentStore segments,
    SegmentRewriter rewriter,
    LogCompaction compaction,
    KeeperSettings settings)
{
    /// <summary>How often others may be quicker, one time behind the other, before a log is left to them.</summary>
    public const int LostMax = 8;

    private readonly ActiveLooks _looks = new();

    /// <summary>Does what is due for one log.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="budget">What is left of the run's share.</param>
    /// <param name="now">The storage service's time, whenever it is asked for.</param>
    /// <param name="goOn">Is told what each step did, and says whether to go on.</param>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    /// <returns>How far it came.</returns>
    public async ValueTask<LogVisit> KeepAsync(
        Topic topic,
        int partition,
        KeeperBudget budget,
        Func<DateTimeOffset> now,
        Func<KeeperCounts, ValueTask<bool>> goOn,
        CancellationToken cancellationToken)
    {
        var id = new PartitionId(topic.Id, partition);
        var pass = new KeeperPass(budget.MayRewrite);
        for (var lost = 0; lost < LostMax && !budget.IsSpent;)
        {
            if (await table.ReadAsync(id.Log, cancellationToken) is not { } rows)
            {
                return LogVisit.Done;
            }

            pass = pass with
            {
                MayRewrite = budget.MayRewrite,
                HasLooked = pass.HasLooked || !_looks.AreDue(id, rows, topic.Config, now()),
            };
            var step = KeeperPlan.Next(rows, topic.Config, now(), settings.CopyTimeout, pass);
            if (step is KeeperStep.Nothing or KeeperStep.Postpone)
            {
                return step is KeeperStep.Nothing ? LogVisit.Done : LogVisit.Postponed;
            }

            var did = step is KeeperStep.Compact compact
                ? await CompactAsync(id, topic.Config, rows, compact, now, goOn, Report, cancellationToken)
                : await TakeAsync(topic, id, rows, step, now(), cancellationToken);
            pass = pass.After(step);
            lost = did is null ? lost + 1 : 0;
            if (!await goOn((did ?? KeeperCounts.None) + new KeeperCounts { Steps = 1 }))
            {
                return LogVisit.CutOff;
            }
        }

        return budget.IsSpent ? LogVisit.CutOff : LogVisit.Done;

        void Report(string text) =>
            budget.Note(new KeeperProblem(now(), text, topic.Name.Value, partition), isDamage: true);
    }

    // Null when others were quicker.
    private ValueTask<KeeperCounts?> TakeAsync(
        Topic topic,
        PartitionId id,
        LogRows rows,
        KeeperStep step,
        DateTimeOffset now,
        CancellationToken cancellationToken) => step switch
        {
            KeeperStep.Retire retire => RetireAsync(rows, retire, cancellationToken),
            KeeperStep.GiveUp giveUp => GiveUpAsync(rows, giveUp, cancellationToken),
            KeeperStep.Sweep sweep => SweepAsync(rows, sweep, cancellationToken),
            KeeperStep.LookAtActive => LookAtActiveAsync(topic, id.Index, rows, now, cancellationToken),
            KeeperStep.Copy copy => CopyAsync(topic, id, copy, cancellationToken),
            _ => throw new InvalidOperationException($"No step is known as {step.GetType().Name}."),
        };

    private async ValueTask<KeeperCounts?> RetireAsync(
        LogRows rows, KeeperStep.Retire step, CancellationToken cancellationToken) =>
        await table.RetireAsync(rows, step.Segments, step.NextOffset, cancellationToken)
            ? new KeeperCounts
            {
                SegmentsRetired = step.Segments.Length,
                BytesRetired = step.Segments.Sum(static segment => segment.Row.Bytes),
            }
            : null;

    private async ValueTask<KeeperCounts?> GiveUpAsync(
        LogRows rows, KeeperStep.GiveUp step, CancellationToken cancellationToken) =>
        await table.GiveUpAsync(rows.Log, step.Copying, cancellationToken) is null
            ? null
            : new KeeperCounts { CopiesGivenUp = 1 };

    // Bytes first: a crash in between leaves a discard whose bytes are gone, and deleting them again does nothing.
    private async ValueTask<KeeperCounts?> SweepAsync(
        LogRows rows, KeeperStep.Sweep step, CancellationToken cancellationToken)
    {
        foreach (var discard in step.Discards)
        {
            await segments.DeleteAsync(discard.Row.SegmentName(), cancellationToken);
        }

        return await table.ForgetAsync(rows.Log, step.Discards, cancellationToken)
            ? new KeeperCounts
            {
                SegmentsDeleted = step.Discards.Length,
                BytesDeleted = step.Discards.Sum(static discard => discard.Row.Bytes),
            }
            : null;
    }

    private async ValueTask<KeeperCounts?> LookAtActiveAsync(
        Topic topic, int partition, LogRows rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await log.GetActiveSegmentAsync(topic, partition, cancellationToken) is not { } active)
        {
            return KeeperCounts.None;
        }

        if (RetentionRules.MustBeLeft(active, rows.Head.LogStartOffset, topic.Config, now))
        {
            return await log.LeaveSegmentAsync(topic, partition, active.Name, cancellationToken)
                ? new KeeperCounts { SegmentsSealed = 1 }
                : KeeperCounts.None;
        }

        _looks.Note(new PartitionId(topic.Id, partition), rows, topic.Config, active, now);
        if (active.Name.Value != rows.Head.Segment)
        {
            // Somebody left it, and was cut off before the rows said so.
            await log.LeaveSegmentAsync(topic, partition, new SegmentName(rows.Head.Segment), cancellationToken);
        }

        return KeeperCounts.None;
    }

    private async ValueTask<KeeperCounts?> CopyAsync(
        Topic topic, PartitionId id, KeeperStep.Copy step, CancellationToken cancellationToken)
    {
        var copied = await rewriter.RewriteAsync(
            id,
            step.Segments,
            CopyCompression.Of(topic.Config),
            selection: null,
            copy => CopyRules.RowOf(copy, step.Segments),
            cancellationToken);
        return copied is null
            ? null
            : new KeeperCounts
            {
                SegmentsCopied = step.Segments.Length,
                BytesCopied = step.Segments.Sum(static segment => segment.Row.Bytes),
                BytesOfCopies = copied.Bytes,
            };
    }

    // Its groups have told what they did.
    private async ValueTask<KeeperCounts?> CompactAsync(
        PartitionId id,
        TopicConfig config,
        LogRows rows,
        KeeperStep.Compact step,
        Func<DateTimeOffset> now,
        Func<KeeperCounts, ValueTask<bool>> goOn,
        Action<string> report,
        CancellationToken cancellationToken)
    {
        try
        {
            return await compaction.RunAsync(id, config, rows, step.Plan, now, goOn, report, cancellationToken)
                ? KeeperCounts.None
                : null;
        }
        finally
        {
            // However far it came.
            log.ForgetSealed(id);
        }
    }
}
