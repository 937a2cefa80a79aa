using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>Whether polls go through the log without skipping and without going back.</summary>
internal static class PollCheck
{
    /// <summary>Checks each poll within itself.</summary>
    public static void CheckInside(PartitionHistory partition, VersionOrder order, Findings findings)
    {
        foreach (var poll in partition.Polls)
        {
            var records = poll.Slice.Records;
            for (var place = 1; place < records.Length; place++)
            {
                var delta = order.Delta(records[place - 1].Offset, records[place].Offset);
                if (delta != 1)
                {
                    findings.Add(
                        delta > 1 ? AnomalyKind.InternalPollSkip : AnomalyKind.InternalNonmonotonicPoll,
                        partition.Id,
                        $"{records[place]} follows {records[place - 1]}",
                        poll.Operation.Id);
                }
            }
        }
    }

    /// <summary>
    /// Checks the polls of each client against its poll before, for clients that choose their positions. A client that
    /// asks for another offset than the next one, or that assigned the partition anew, has forgotten where it was.
    /// Members of groups are allowed to skip and to go back, since partitions move.
    /// </summary>
    public static void CheckBetween(
        ClientHistory history, Dictionary<Log.PartitionId, VersionOrder> orders, Findings findings)
    {
        var memory = new Dictionary<(int Process, Log.PartitionId Partition), (Operation Operation, long Last)>();
        foreach (var operation in history.Operations)
        {
            if (operation.Request is Request.Assign assign)
            {
                Forget(memory, operation.Process, assign);
            }
            else if (operation is { Request: Request.Poll poll, Answer: Answer.Polled polled })
            {
                foreach (var slice in polled.Slices)
                {
                    var from = poll.From
                        .FirstOrDefault(one => one.Partition == slice.Partition, new Position(slice.Partition, -1));
                    CheckSlice(memory, orders[slice.Partition], operation, slice, from.Offset, findings);
                }
            }
        }
    }

    private static void CheckSlice(
        Dictionary<(int Process, Log.PartitionId Partition), (Operation Operation, long Last)> memory,
        VersionOrder order,
        Operation operation,
        Slice slice,
        long from,
        Findings findings)
    {
        var key = (operation.Process, slice.Partition);
        if (slice.Records.IsEmpty)
        {
            return;
        }

        if (memory.TryGetValue(key, out var before)
            && before.Operation.Completed < operation.Invoked
            && (from < 0 || from == before.Last + 1))
        {
            var delta = order.Delta(before.Last, slice.Records[0].Offset);
            if (delta != 1)
            {
                findings.Add(
                    delta > 1 ? AnomalyKind.PollSkip : AnomalyKind.NonmonotonicPoll,
                    slice.Partition,
                    $"process {operation.Process} got {slice.Records[0]} after offset {before.Last}",
                    before.Operation.Id,
                    operation.Id);
            }
        }

        memory[key] = (operation, slice.Records[^1].Offset);
    }

    private static void Forget(
        Dictionary<(int Process, Log.PartitionId Partition), (Operation Operation, long Last)> memory,
        int process,
        Request.Assign assign)
    {
        foreach (var key in memory.Keys.Where(key => key.Process == process).ToList())
        {
            if (!assign.From.Any(one => one.Partition == key.Partition && one.Offset < 0))
            {
                memory.Remove(key);
            }
        }
    }
}
