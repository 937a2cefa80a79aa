using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// Holds what clients were told against what is stored: acknowledged ⊆ log, failed ∩ log = ∅, every poll a piece of
/// the log.
/// </summary>
internal static class StoredCheck
{
    /// <summary>Checks one partition whose topic lives.</summary>
    public static void Check(PartitionHistory partition, LogScan scan, Findings findings)
    {
        CheckStored(partition, scan, findings);
        CheckAcknowledged(partition, scan, findings);
        foreach (var poll in partition.Polls)
        {
            CheckPoll(poll, scan, findings);
        }

        CheckSearches(partition, scan, findings);
    }

    private static void CheckStored(PartitionHistory partition, LogScan scan, Findings findings)
    {
        var seen = new Dictionary<long, long>();
        for (var offset = scan.Start; offset < scan.NextOffset; offset++)
        {
            var value = scan.At(offset)!.Value.Value;
            if (value < 0)
            {
                continue;
            }

            if (!partition.Values.TryGetValue(value, out var sent))
            {
                findings.Add(AnomalyKind.UnsentValue, scan.Id, $"{value} is stored at {offset}; nobody sent it here");
                continue;
            }

            if (sent.Failed)
            {
                findings.Add(
                    AnomalyKind.FailedPresent,
                    scan.Id,
                    $"{value} is stored at {offset}; its send failed: {sent.Attempts[0].Answer}",
                    sent.Attempts[0].Id);
            }

            if (!seen.TryAdd(value, offset) && !scan.Repeats.Offsets.Contains(offset))
            {
                var detail = $"{value} is stored at {seen[value]} and at {offset}";
                findings.Add(AnomalyKind.Duplicate, scan.Id, detail, sent.Attempts[0].Id);
            }
        }
    }

    private static void CheckAcknowledged(PartitionHistory partition, LogScan scan, Findings findings)
    {
        var visible = VisibleLog.Of(scan);
        foreach (var operation in partition.Sends)
        {
            if (operation is not { Request: Request.Send send, Answer: Answer.Sent sent })
            {
                continue;
            }

            for (var place = 0; place < send.Values.Length; place++)
            {
                var offset = sent.Offsets[place];
                if (offset < scan.Start && offset < scan.LogStart)
                {
                    continue;
                }

                if (scan.At(offset)?.Value != send.Values[place])
                {
                    findings.Add(
                        AnomalyKind.AcknowledgedMissing,
                        scan.Id,
                        $"{send.Values[place]} was acknowledged at {offset}, where {scan.At(offset)?.Value} is stored",
                        operation.Id);
                }
                else if (!visible[offset - scan.Start] && !scan.IsGone(offset))
                {
                    findings.Add(
                        AnomalyKind.AcknowledgedMissing,
                        scan.Id,
                        $"{send.Values[place]} was acknowledged at {offset}, to which no row leads any more",
                        operation.Id);
                }
            }
        }
    }

    private static void CheckPoll(PolledSlice poll, LogScan scan, Findings findings)
    {
        var (next, end) = (poll.From, poll.Operation.Completed);
        foreach (var record in poll.Slice.Records)
        {
            if ((next >= 0 && record.Offset != next && !Skips(next, record.Offset))
                || (record.Offset >= scan.Start && !IsAt(scan, record)))
            {
                findings.Add(
                    AnomalyKind.PollDiffers,
                    scan.Id,
                    $"{record} came where offset {next} was next; {scan.At(record.Offset)} is stored there",
                    poll.Operation.Id);
            }

            next = record.Offset + 1;
        }

        if (next >= 0 && poll.Slice.NextOffset >= 0 && poll.Slice.NextOffset != next
            && !Skips(next, poll.Slice.NextOffset))
        {
            findings.Add(
                AnomalyKind.PollDiffers,
                scan.Id,
                $"{poll.Slice.NextOffset} was told as the offset behind {next}, which lies in between",
                poll.Operation.Id);
        }

        // Only over what a compaction had taken out by then.
        bool Skips(long from, long to) => from < to && scan.AreRemoved(from, to, end);
    }

    private static bool IsAt(LogScan scan, SeenRecord record) => scan.At(record.Offset)?.Value == record.Value;

    // Between the question and the answer records may have been taken away, so that one behind them is right; and "none"
    // is right until the first one is durable. When a repeat became durable, no acknowledgement of its value tells.
    private static void CheckSearches(PartitionHistory partition, LogScan scan, Findings findings)
    {
        foreach (var operation in partition.Others)
        {
            if (operation is not { Request: Request.FindOffset find, Answer: Answer.Found found }
                || IsRight(partition, scan, operation, find, found))
            {
                continue;
            }

            var place = scan.Records.FindIndex(record => record.Timestamp >= find.Timestamp);
            findings.Add(
                AnomalyKind.WrongTimeLookup,
                scan.Id,
                $"the first record from {find.Timestamp} on is {(place < 0 ? null : scan.Start + place)}, not "
                + $"{found.Offset} of {found.Timestamp}",
                operation.Id);
        }
    }

    private static bool IsRight(
        PartitionHistory partition,
        LogScan scan,
        Operation operation,
        Request.FindOffset find,
        Answer.Found found)
    {
        var start = scan.Starts.Before(operation.Completed);
        for (var offset = scan.Start; offset < scan.NextOffset; offset++)
        {
            var record = scan.At(offset)!.Value;
            if (offset == found.Offset)
            {
                return record.Timestamp >= find.Timestamp && found.Timestamp == record.Timestamp;
            }

            if (record.Timestamp < find.Timestamp || offset < start
                || scan.AreRemoved(offset, offset + 1, operation.Completed))
            {
                continue;
            }

            return found.Offset is null
                && (partition.Values.GetValueOrDefault(record.Value) is not { } sent
                    || sent.Acknowledged > operation.Invoked
                    || scan.Repeats.Offsets.Contains(offset));
        }

        return found.Offset is null;
    }
}
