using Serverless.StorageEngine.Simulation.Checking.Logs;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>What became of the values that were sent, by what clients saw.</summary>
internal static class WriteCheck
{
    /// <summary>Checks one partition.</summary>
    /// <param name="partition">What clients did.</param>
    /// <param name="order">The log as they know it.</param>
    /// <param name="scan">The log as it is stored, when it is known.</param>
    /// <param name="complete">Whether the history ends with polls from the log's start to its end.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(PartitionHistory partition, VersionOrder order, LogScan? scan, bool complete, Findings findings)
    {
        CheckOffsets(partition, order, findings);
        CheckReads(partition, findings);
        if (partition.Lives)
        {
            CheckLost(partition, order, scan, findings);
        }

        if (partition.Lives && complete)
        {
            CheckUnseen(partition, order, scan, findings);
        }
    }

    private static void CheckOffsets(PartitionHistory partition, VersionOrder order, Findings findings)
    {
        for (var place = 1; place < order.Known.Count; place++)
        {
            var (before, now) = (order.Known[place - 1], order.Known[place]);
            if (before.Offset == now.Offset && before.Value != now.Value)
            {
                var detail = $"{before.Value} and {now.Value} at offset {now.Offset}";
                findings.Add(AnomalyKind.InconsistentOffsets, partition.Id, detail);
            }
        }

        foreach (var (value, (first, last)) in order.Places)
        {
            if (first != last)
            {
                findings.Add(AnomalyKind.Duplicate, partition.Id, $"{value} is at {first} and at {last}");
            }
        }
    }

    private static void CheckReads(PartitionHistory partition, Findings findings)
    {
        foreach (var poll in partition.Polls)
        {
            foreach (var record in poll.Slice.Records)
            {
                if (!partition.Values.TryGetValue(record.Value, out var sent))
                {
                    findings.Add(
                        AnomalyKind.UnsentValue,
                        partition.Id,
                        $"{record.Value} was read at {record.Offset}; nobody sent it here",
                        poll.Operation.Id);
                }
                else if (sent.Failed)
                {
                    findings.Add(
                        AnomalyKind.AbortedRead,
                        partition.Id,
                        $"{record.Value} was read at {record.Offset}; its send failed: {sent.Attempts[0].Answer}",
                        sent.Attempts[0].Id,
                        poll.Operation.Id);
                }
                else if (sent.FirstInvoked > poll.Operation.Completed)
                {
                    findings.Add(
                        AnomalyKind.ReadFromTheFuture,
                        partition.Id,
                        $"{record.Value} was read before it was sent",
                        sent.Attempts[0].Id,
                        poll.Operation.Id);
                }
            }
        }
    }

    private static void CheckLost(
        PartitionHistory partition, VersionOrder order, LogScan? scan, Findings findings)
    {
        var bound = -1L;
        foreach (var sent in partition.Values.Values)
        {
            if (sent.Read && order.Places.TryGetValue(sent.Value, out var places))
            {
                bound = Math.Max(bound, places.First);
            }
        }

        foreach (var sent in partition.Values.Values)
        {
            if (!sent.Read && sent.Committed && order.Places[sent.Value].Last is var last && last <= bound
                && scan?.IsGone(last) is not true)
            {
                findings.Add(
                    AnomalyKind.LostWrite,
                    partition.Id,
                    $"{sent.Value}, acknowledged at {sent.Offset}, was never read, although offset {bound} was",
                    sent.Attempts[0].Id);
            }
        }
    }

    private static void CheckUnseen(
        PartitionHistory partition, VersionOrder order, LogScan? scan, Findings findings)
    {
        foreach (var sent in partition.Values.Values)
        {
            if (!sent.Read && sent.Acknowledged != Histories.Operation.Never
                && scan?.IsGone(order.Places[sent.Value].Last) is not true)
            {
                findings.Add(
                    AnomalyKind.Unseen,
                    partition.Id,
                    $"{sent.Value}, acknowledged at {sent.Offset}, was never read",
                    sent.Attempts[0].Id);
            }
        }
    }
}
