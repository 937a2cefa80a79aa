using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// Whether sends on the condition of a next offset are a linearizable compare-and-set on the tail: whoever wins lies
/// exactly where it said, and whoever is refused is told another tail. That tail is judged by <see cref="EndCheck"/>.
/// </summary>
internal static class ConditionCheck
{
    /// <summary>Checks one partition.</summary>
    public static void Check(PartitionHistory partition, LogScan? scan, Findings findings)
    {
        foreach (var operation in partition.Sends)
        {
            var expected = ((Request.Send)operation.Request).NextOffset;
            var broken = operation.Answer switch
            {
                _ when expected is null => false,
                Answer.Sent { Duplicate: false } sent => sent.Offsets[0] != expected,
                Answer.Failed { Reason: Refusal.NextOffsetMismatch } refused => refused.Actual == expected,
                _ => false,
            };
            if (broken)
            {
                var detail = $"{operation.Answer} to a send at {expected}";
                findings.Add(AnomalyKind.BrokenCondition, partition.Id, detail, operation.Id);
            }
        }

        if (scan is { Deleted: false })
        {
            CheckStored(partition, scan, findings);
        }
    }

    // Whatever its client was told: no attempt had the right to lie elsewhere.
    private static void CheckStored(PartitionHistory partition, LogScan scan, Findings findings)
    {
        foreach (var sent in partition.Values.Values)
        {
            if (sent.Attempts.TrueForAll(static one => ((Request.Send)one.Request).NextOffset is not null))
            {
                sent.Conditional = true;
            }
        }

        for (var offset = scan.Start; offset < scan.NextOffset; offset++)
        {
            if (partition.Values.GetValueOrDefault(scan.At(offset)!.Value.Value) is { Conditional: true } sent
                && sent.Attempts.TrueForAll(one => Place((Request.Send)one.Request, sent.Value) != offset))
            {
                findings.Add(
                    AnomalyKind.BrokenCondition,
                    partition.Id,
                    $"{sent.Value} is stored at {offset}, where no attempt expected it",
                    sent.Attempts[0].Id);
            }
        }
    }

    private static long? Place(Request.Send send, long value) => send.NextOffset + send.Values.IndexOf(value);
}
