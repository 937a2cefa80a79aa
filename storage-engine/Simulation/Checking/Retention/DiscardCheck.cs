using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>
/// Whether what counts no more is taken away in the only order that is safe: rows first, then the bytes, when nobody can
/// need them, and the discard last.
/// </summary>
internal static class DiscardCheck
{
    /// <summary>Checks a change of rows.</summary>
    public static void Check(LogMoment moment, Findings findings, Action<string> count)
    {
        var (before, after) = (moment.Before, moment.After);
        foreach (var key in before.Discards.Keys.Union(after.Discards.Keys))
        {
            var (old, now) = (before.Discards.GetValueOrDefault(key), after.Discards.GetValueOrDefault(key));
            if (old?.State == now?.State)
            {
                continue;
            }

            count($"discards {old?.State ?? "none"} to {now?.State ?? "none"}");
            if (ProblemOf(moment, old, now) is { } problem)
            {
                findings.Add(
                    AnomalyKind.WrongDiscard,
                    key,
                    $"{old?.State ?? "no row"} became {now?.State ?? "no row"} (at {moment.Transaction.Order}): {problem}");
            }
        }

        foreach (var gone in before.Segments.Values.Where(one => !after.Counts(one.Segment)))
        {
            CheckGone(moment, gone, findings);
        }
    }

    /// <summary>Checks that the bytes of a segment may go.</summary>
    public static void CheckDeletion(
        StoredDeletion deletion, string log, RowsOfLog rows, TopicPolicy policy, Findings findings)
    {
        var name = deletion.Segment.Value;
        var discard = rows.Discards.Values.FirstOrDefault(one => one.Segment == name);
        var problem = discard?.State switch
        {
            DiscardOfLog.Deleting => null,
            DiscardOfLog.Retired when deletion.At - discard.WrittenAt < policy.FileDeleteDelayMs =>
                $"after {deletion.At - discard.WrittenAt} of {policy.FileDeleteDelayMs} ms",
            DiscardOfLog.Retired => null,
            var state => $"with {state ?? "no"} discard",
        };
        if (problem is not null)
        {
            findings.Add(
                AnomalyKind.WrongDiscard, log, $"the bytes of {name} went (at {deletion.Order}) {problem}");
        }
    }

    private static string? ProblemOf(LogMoment moment, DiscardOfLog? old, DiscardOfLog? now) => (old, now) switch
    {
        (null, { State: DiscardOfLog.Copying }) => moment.After.Names(now.Segment) ? "the copy counts" : null,
        (null, { State: DiscardOfLog.Retired }) =>
            moment.Before.Counts(now.Segment) && !moment.After.Names(now.Segment) ? null : "it did not count, or does",
        (null, { State: DiscardOfLog.Deleting }) => StrayProblem(moment, now.Segment),
        ({ State: DiscardOfLog.Copying }, null) => moment.After.Counts(old.Segment) ? null : "the copy does not count",
        ({ State: DiscardOfLog.Copying }, { State: DiscardOfLog.Deleting }) => null,
        ({ State: DiscardOfLog.Retired or DiscardOfLog.Deleting }, null) =>
            moment.Storage.HasNothingOf(old.Segment) ? null : "its bytes are there",
        _ => "no such step",
    };

    // A copy that was written after all rows had forgotten it; it may have gone again since somebody saw it.
    private static string? StrayProblem(LogMoment moment, string copy) =>
        moment.Before.Names(copy) ? "it counts"
        : !copy.StartsWith("copies/", StringComparison.Ordinal) ? "it is no copy"
        : moment.Storage.LengthOf(copy) == 0 ? "it has no bytes"
        : null;

    private static void CheckGone(LogMoment moment, SegmentOfLog gone, Findings findings)
    {
        // The row of the segment behind one without records takes that one's place, and takes the head along.
        var head = moment.After.Head;
        if (head is null || gone.NextOffset > head.SegmentBaseOffset || gone.Segment == head.Segment)
        {
            findings.Add(
                AnomalyKind.WrongDiscard,
                gone.Segment,
                $"its row went (at {moment.Transaction.Order}) although the log is opened from {head?.SegmentBaseOffset}");
        }

        // A segment without records loses its row to the next one, which begins at the same offset, and goes with its
        // topic.
        if (gone.NextOffset > gone.BaseOffset
            && !moment.After.Discards.Values.Any(one => one.Segment == gone.Segment))
        {
            findings.Add(
                AnomalyKind.WrongDiscard, gone.Segment, $"its row went (at {moment.Transaction.Order}) without a discard");
        }
    }
}
