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
        foreach (var operation in partition.Sends)
        {
            if (operation is not { Request: Request.Send send, Answer: Answer.Sent sent })
            {
                continue;
            }

            for (var place = 0; place < send.Values.Length; place++)
            {
                var offset = sent.Offsets[place];
                if (offset >= RowCheck.LogStartOffset(scan.Partition) && scan.At(offset)?.Value != send.Values[place])
                {
                    findings.Add(
                        AnomalyKind.AcknowledgedMissing,
                        scan.Id,
                        $"{send.Values[place]} was acknowledged at {offset}, where {scan.At(offset)?.Value} is stored",
                        operation.Id);
                }
            }
        }
    }

    private static void CheckPoll(PolledSlice poll, LogScan scan, Findings findings)
    {
        var next = poll.From;
        foreach (var record in poll.Slice.Records)
        {
            if ((next >= 0 && record.Offset != next) || (record.Offset >= scan.Start && !IsAt(scan, record)))
            {
                findings.Add(
                    AnomalyKind.PollDiffers,
                    scan.Id,
                    $"{record} came where offset {next} was next; {scan.At(record.Offset)} is stored there",
                    poll.Operation.Id);
            }

            next = record.Offset + 1;
        }
    }

    private static bool IsAt(LogScan scan, SeenRecord record) => scan.At(record.Offset)?.Value == record.Value;

    // The log only grows, so there is one right answer, once it is durable; "none" is right until then. When
    // a repeat became durable, no acknowledgement of its value tells.
    private static void CheckSearches(PartitionHistory partition, LogScan scan, Findings findings)
    {
        foreach (var operation in partition.Others)
        {
            if (operation is not { Request: Request.FindOffset find, Answer: Answer.Found found })
            {
                continue;
            }

            var place = scan.Records.FindIndex(record => record.Timestamp >= find.Timestamp);
            var right = place < 0 ? (long?)null : scan.Start + place;
            var sent = place < 0 ? null : partition.Values.GetValueOrDefault(scan.Records[place].Value);
            var isRepeat = right is { } at && scan.Repeats.Offsets.Contains(at);
            var tooEarly = found.Offset is null
                && (sent is null || sent.Acknowledged > operation.Invoked || isRepeat);
            var agrees = found.Offset == right && (right is null || found.Timestamp == scan.Records[place].Timestamp);
            if (!agrees && !(tooEarly && right is not null))
            {
                findings.Add(
                    AnomalyKind.WrongTimeLookup,
                    scan.Id,
                    $"the first record from {find.Timestamp} on is {right}, not {found.Offset} of {found.Timestamp}",
                    operation.Id);
            }
        }
    }
}
