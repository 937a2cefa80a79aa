using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// Whether the ends that clients were told fit real time: the tail of a partition is a register that only grows, so
/// every end lies between what was known to be durable before the question and what was durable at the answer.
/// </summary>
/// <remarks>
/// A fetch below the end that its node knows does not look at the tail again, so its high watermark may be old; it must
/// not fall for a client that stays at that node, and never lead.
/// </remarks>
internal static class EndCheck
{
    /// <summary>Checks one partition.</summary>
    /// <param name="partition">What clients did.</param>
    /// <param name="durable">How far its log reached at a moment, when it lives and is known.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(PartitionHistory partition, DurableEnds? durable, Findings findings)
    {
        var told = Told(partition).ToList();
        CheckStale(partition, told, findings);
        CheckFalling(partition, told, findings);
        if (durable is not null)
        {
            CheckAhead(partition, told, durable, findings);
        }
    }

    private static IEnumerable<ToldEnd> Told(PartitionHistory partition)
    {
        foreach (var poll in partition.Polls)
        {
            var (operation, slice) = (poll.Operation, poll.Slice);
            yield return new ToldEnd(
                operation,
                Math.Max(slice.HighWatermark, slice.Records.IsEmpty ? -1 : slice.Records[^1].Offset + 1),
                slice.HighWatermark,
                slice.LogStartOffset,
                IsFresh: slice.Records.IsEmpty && poll.Alone && poll.From >= 0 && slice.HighWatermark == poll.From);
        }

        foreach (var operation in partition.Sends.Concat(partition.Others))
        {
            switch (operation.Answer)
            {
                case Answer.Sent sent:
                    yield return ToldEnd.Of(operation, sent.Offsets.Max() + 1, isFresh: false);
                    break;
                case Answer.Ends ends:
                    yield return new ToldEnd(
                        operation, ends.HighWatermark, ends.HighWatermark, ends.LogStartOffset, IsFresh: true);
                    break;
                case Answer.OutOfRange range:
                    yield return new ToldEnd(
                        operation, range.HighWatermark, range.HighWatermark, range.LogStartOffset, IsFresh: false);
                    break;
                case Answer.RecordsDeleted deleted:
                    yield return new ToldEnd(
                        operation, deleted.HighWatermark, deleted.HighWatermark, deleted.LogStartOffset, IsFresh: false);
                    break;
                case Answer.Fenced fenced:
                    yield return ToldEnd.Of(operation, fenced.NextOffset, isFresh: true);
                    break;
                case Answer.Failed { Reason: Refusal.NextOffsetMismatch } refused:
                    yield return ToldEnd.Of(operation, refused.Actual, isFresh: true);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CheckStale(PartitionHistory partition, List<ToldEnd> told, Findings findings)
    {
        var known = new KnownEnds();
        foreach (var one in told)
        {
            known.Add(one.Operation.Completed, one.End);
        }

        foreach (var one in told.Where(static one => one.IsFresh))
        {
            var least = known.Before(one.Operation.Invoked);
            if (one.End < least)
            {
                findings.Add(
                    AnomalyKind.StaleEnd,
                    partition.Id,
                    $"the end {one.End} was told, although {least} was known before it was asked for",
                    one.Operation.Id);
            }
        }
    }

    private static void CheckFalling(PartitionHistory partition, List<ToldEnd> told, Findings findings)
    {
        foreach (var seen in told
            .Where(static one => one.HighWatermark >= 0 && one.Operation.Node >= 0)
            .GroupBy(static one => (one.Operation.Process, one.Operation.Node)))
        {
            var (watermarks, starts) = (new KnownEnds(), new KnownEnds());
            foreach (var one in seen)
            {
                watermarks.Add(one.Operation.Completed, one.HighWatermark);
                starts.Add(one.Operation.Completed, one.LogStartOffset);
            }

            foreach (var one in seen)
            {
                var watermark = watermarks.Before(one.Operation.Invoked);
                var start = starts.Before(one.Operation.Invoked);
                if (one.HighWatermark < watermark || (one.LogStartOffset >= 0 && one.LogStartOffset < start))
                {
                    findings.Add(
                        AnomalyKind.EndFell,
                        partition.Id,
                        $"process {seen.Key.Process} saw {start} to {watermark}, then {one.LogStartOffset} to "
                        + $"{one.HighWatermark} at the same node",
                        one.Operation.Id);
                }
            }
        }
    }

    private static void CheckAhead(
        PartitionHistory partition, List<ToldEnd> told, DurableEnds durable, Findings findings)
    {
        foreach (var one in told)
        {
            var most = durable.Before(one.Operation.Completed);
            if (one.End > most)
            {
                findings.Add(
                    AnomalyKind.EndAhead,
                    partition.Id,
                    $"the end {one.End} was told, when the log reached {most}",
                    one.Operation.Id);
            }
        }
    }

    /// <summary>The end of the log that one answer tells.</summary>
    private readonly record struct ToldEnd(
        Operation Operation, long End, long HighWatermark, long LogStartOffset, bool IsFresh)
    {
        public static ToldEnd Of(Operation operation, long end, bool isFresh) => new(operation, end, -1, -1, isFresh);
    }
}
