using Serverless.StorageEngine.Retention.Compaction;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>What is due for a log. Pure: it follows from its rows, the topic's settings and the time alone, so it does
/// not matter who was at it before and how far they came.</summary>
internal static class KeeperPlan
{
    /// <summary>The next step: what frees storage comes before what costs some.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="config">What the topic says.</param>
    /// <param name="now">The storage service's time.</param>
    /// <param name="copyTimeout">How long a copy may take.</param>
    /// <param name="pass">What this pass has done already.</param>
    public static KeeperStep Next(
        LogRows rows, TopicConfig config, DateTimeOffset now, TimeSpan copyTimeout, KeeperPass pass)
    {
        // Before anything goes: the rows of the newest segments tell when a look is due.
        if (!pass.HasLooked && (HeadLags(rows) || RetentionRules.MayHaveToBeLeft(rows, config, now)))
        {
            return new KeeperStep.LookAtActive();
        }

        if (RetentionRules.Expired(rows, config, now) is { IsEmpty: false } expired)
        {
            return new KeeperStep.Retire(expired);
        }

        if (DiscardRules.Overdue(rows, copyTimeout, now) is { } overdue)
        {
            return new KeeperStep.GiveUp(overdue);
        }

        if (DiscardRules.Due(rows, config, now) is { IsEmpty: false } due)
        {
            return new KeeperStep.Sweep(due);
        }

        var rewriting = NextRewriting(rows, config, now, pass);
        return rewriting is KeeperStep.Nothing || pass.MayRewrite ? rewriting : new KeeperStep.Postpone();
    }

    /// <summary>Whether the head row still names a segment that is sealed: it is kept from going until a node moves the
    /// head, which in an idle log nobody else does.</summary>
    public static bool HeadLags(LogRows rows) =>
        !rows.Segments.IsEmpty && rows.Segments[^1].Row.Segment == rows.Head.Segment;

    private static KeeperStep NextRewriting(LogRows rows, TopicConfig config, DateTimeOffset now, KeeperPass pass)
    {
        if (DiscardRules.IsBeingCopied(rows))
        {
            return new KeeperStep.Nothing();
        }

        if (config.Compacts && !pass.HasCompacted
            && CompactionRules.Plan(
                [.. rows.Segments.Select(static segment => segment.Row)],
                rows.Head,
                CompactionSettings.Of(config),
                KeeperTimes.Milliseconds(now)) is { } plan)
        {
            return new KeeperStep.Compact(plan);
        }

        return CopyRules.Next(rows, config, now) is { IsEmpty: false } segments
            ? new KeeperStep.Copy(segments)
            : new KeeperStep.Nothing();
    }
}
