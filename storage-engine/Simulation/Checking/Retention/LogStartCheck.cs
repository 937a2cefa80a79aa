using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>Whether the log start is raised only by what allows it: a request to delete records, or retention.</summary>
internal static class LogStartCheck
{
    /// <summary>Checks a change of rows.</summary>
    public static void Check(LogMoment moment, Findings findings, Action<string> count)
    {
        var (from, to) = (moment.Before.LogStart, moment.After.LogStart);
        if (to <= from)
        {
            return;
        }

        var byRetention = IsRetention(moment, from, to);
        count(byRetention ? "log starts raised by retention" : "log starts raised by requests");
        if (!byRetention && !WasAsked(moment, to))
        {
            findings.Add(
                AnomalyKind.WrongLogStart,
                moment.Scan.Id,
                $"the log start rose from {from} to {to} (at {moment.Transaction.Order}), which nobody asked for, and "
                + $"{moment.Policy} does not allow at {moment.Transaction.At}");
        }
    }

    private static bool WasAsked(LogMoment moment, long to) => moment.History.Others.Exists(one =>
        one is { IsFailed: false, Request: Request.DeleteRecords asked }
        && one.Invoked < moment.Transaction.Order
        && (asked.BeforeOffset == to || asked.BeforeOffset == -1));

    private static bool IsRetention(LogMoment moment, long from, long to)
    {
        foreach (var row in moment.Before.InOrder.Where(row => row.NextOffset > from))
        {
            if (from >= to)
            {
                break;
            }

            if (row.BaseOffset > from || row.NextOffset > to || !(IsTooOld(moment, row) || IsTooMuch(moment, row)))
            {
                return false;
            }

            from = row.NextOffset;
        }

        return from == to;
    }

    private static bool IsTooOld(LogMoment moment, SegmentOfLog row)
    {
        if (!moment.Policy.Deletes || moment.Policy.RetentionMs < 0)
        {
            return false;
        }

        for (var offset = Math.Max(row.BaseOffset, moment.Before.LogStart); offset < row.NextOffset; offset++)
        {
            if (!moment.Scan.Removed.ContainsKey(offset)
                && moment.Scan.At(offset) is { } record
                && moment.Transaction.At - record.Timestamp <= moment.Policy.RetentionMs)
            {
                return false;
            }
        }

        return true;
    }

    // What is left when the segment is gone is still as much as is to be kept.
    private static bool IsTooMuch(LogMoment moment, SegmentOfLog row)
    {
        var left = moment.Before.Segments.Values.Where(one => one.BaseOffset >= row.NextOffset)
            .ToDictionary(static one => one.Segment, static one => one.Bytes, StringComparer.Ordinal);
        foreach (var segment in moment.Scan.Segments.Where(one => one.BaseOffset >= moment.Before.Head!.SegmentBaseOffset))
        {
            left.TryAdd(segment.Name, moment.Storage.LengthOf(segment.Name));
        }

        return moment.Policy is { Deletes: true, RetentionBytes: >= 0 }
            && left.Values.Sum() >= moment.Policy.RetentionBytes;
    }
}
