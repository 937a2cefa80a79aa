using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>Whether sends lie in the log in the order in which they had to.</summary>
internal static class SendCheck
{
    /// <summary>Checks one partition.</summary>
    /// <param name="partition">What clients did.</param>
    /// <param name="order">The log as they know it.</param>
    /// <param name="scan">The log as it is stored, when it is known.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(PartitionHistory partition, VersionOrder order, LogScan? scan, Findings findings)
    {
        CheckInside(partition, order, findings);
        CheckBetween(partition, order, findings);
        CheckRealTime(partition, scan, findings);
        CheckDeletion(partition, findings);
    }

    private static void CheckInside(PartitionHistory partition, VersionOrder order, Findings findings)
    {
        foreach (var operation in partition.Sends)
        {
            if (operation.Answer is Answer.Sent sent)
            {
                for (var place = 1; place < sent.Offsets.Length; place++)
                {
                    if (order.Delta(sent.Offsets[place - 1], sent.Offsets[place]) < 1)
                    {
                        findings.Add(
                            AnomalyKind.InternalNonmonotonicSend,
                            partition.Id,
                            $"offset {sent.Offsets[place]} follows {sent.Offsets[place - 1]}",
                            operation.Id);
                    }
                }
            }
        }
    }

    // Jepsen's rule is for the operation before, whose outcome may be unknown; such a one counts when its value was
    // seen. A repeated attempt is no new send.
    private static void CheckBetween(PartitionHistory partition, VersionOrder order, Findings findings)
    {
        var last = new Dictionary<int, (Operation Operation, long Offset)>();
        foreach (var operation in partition.Sends)
        {
            if (operation.Request is not Request.Send { Ordered: true } send
                || operation.IsFailed
                || partition.Values[send.Values[0]].Attempts[0].Id != operation.Id
                || !order.Places.TryGetValue(send.Values[0], out var first)
                || !order.Places.TryGetValue(send.Values[^1], out var end))
            {
                continue;
            }

            if (last.TryGetValue(operation.Process, out var before) && order.Delta(before.Offset, first.First) < 1)
            {
                findings.Add(
                    AnomalyKind.NonmonotonicSend,
                    partition.Id,
                    $"process {operation.Process} sent to {first.First} after it had sent to {before.Offset}",
                    before.Operation.Id,
                    operation.Id);
            }

            last[operation.Process] = (operation, end.Last);
        }
    }

    // From the end of the log to its start: what lies behind, and was acknowledged before this one was first sent,
    // contradicts.
    private static void CheckRealTime(PartitionHistory partition, LogScan? scan, Findings findings)
    {
        var placed = partition.Values.Values
            .Where(static sent => sent.Offset >= 0)
            .Select(static sent => (sent.Offset, Sent: sent));
        if (scan is not null)
        {
            placed = scan.Records
                .Select((record, place) =>
                    (Offset: scan.Start + place, Sent: partition.Values.GetValueOrDefault(record.Value)))
                .Where(one => one.Sent is not null && !scan.Repeats.Offsets.Contains(one.Offset))!;
        }

        SentValue? earliest = null;
        foreach (var (offset, sent) in placed.OrderByDescending(static one => one.Offset))
        {
            if (earliest is not null && earliest.Acknowledged < sent.FirstInvoked)
            {
                findings.Add(
                    AnomalyKind.WriteOrder,
                    partition.Id,
                    $"{sent.Value} lies at {offset}, in front of {earliest.Value}, which was acknowledged before",
                    earliest.Attempts[0].Id,
                    sent.Attempts[0].Id);
            }

            earliest = earliest is null || sent.Acknowledged < earliest.Acknowledged ? sent : earliest;
        }
    }

    private static void CheckDeletion(PartitionHistory partition, Findings findings)
    {
        foreach (var operation in partition.Sends)
        {
            if (operation.Answer is Answer.Sent { Duplicate: false } && operation.Invoked > partition.Deleted)
            {
                findings.Add(
                    AnomalyKind.AppendedAfterDelete,
                    partition.Id,
                    "a send succeeded that began when the topic had been deleted",
                    operation.Id);
            }
        }
    }
}
