using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// Whether the ranges that clients were told were true: who is told that an offset is out of range asked for one outside,
/// no log start is told before it is stored, and one that was acknowledged is stored.
/// </summary>
internal static class RangeCheck
{
    /// <summary>Checks one partition.</summary>
    /// <param name="partition">What clients did.</param>
    /// <param name="scan">Its log, whose log starts were recorded.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(PartitionHistory partition, LogScan scan, Findings findings)
    {
        foreach (var poll in partition.Polls)
        {
            CheckStart(poll.Operation, poll.Slice.LogStartOffset, scan, findings);
        }

        var deleted = new KnownEnds();
        foreach (var operation in partition.Others)
        {
            switch (operation.Answer)
            {
                case Answer.RecordsDeleted done:
                    CheckDeleted(operation, done, scan, findings);
                    deleted.Add(operation.Completed, done.LogStartOffset);
                    break;
                case Answer.OutOfRange range:
                    CheckStart(operation, range.LogStartOffset, scan, findings);
                    CheckRefused(operation, range, scan, findings);
                    break;
            }
        }

        foreach (var operation in partition.Others)
        {
            if (operation.Answer is Answer.Ends ends)
            {
                CheckStart(operation, ends.LogStartOffset, scan, findings);
                Expect(
                    ends.LogStartOffset >= deleted.Before(operation.Invoked),
                    operation,
                    $"the log start {ends.LogStartOffset} was told after {deleted.Before(operation.Invoked)} had been",
                    scan,
                    findings);
            }
        }
    }

    private static void CheckRefused(Operation operation, Answer.OutOfRange range, LogScan scan, Findings findings)
    {
        var asked = operation.Request switch
        {
            Request.Poll poll => poll.From[0].Offset,
            Request.DeleteRecords deletion => deletion.BeforeOffset,
            _ => -1,
        };
        var isInside = asked <= range.HighWatermark
            && (operation.Request is Request.DeleteRecords ? asked >= -1 : asked >= range.LogStartOffset);
        Expect(!isInside, operation, $"{asked} is out of {range}", scan, findings);
    }

    private static void CheckDeleted(Operation operation, Answer.RecordsDeleted done, LogScan scan, Findings findings)
    {
        CheckStart(operation, done.LogStartOffset, scan, findings);
        var asked = ((Request.DeleteRecords)operation.Request).BeforeOffset;
        Expect(
            done.LogStartOffset >= asked && done.LogStartOffset <= done.HighWatermark,
            operation,
            $"{done} to a request for {asked}",
            scan,
            findings);
    }

    private static void CheckStart(Operation operation, long start, LogScan scan, Findings findings) => Expect(
        start <= scan.Starts.Before(operation.Completed),
        operation,
        $"the log start {start} was told when {scan.Starts.Before(operation.Completed)} was stored",
        scan,
        findings);

    private static void Expect(bool holds, Operation operation, string detail, LogScan scan, Findings findings)
    {
        if (!holds)
        {
            findings.Add(AnomalyKind.WrongRange, scan.Id, detail, operation.Id);
        }
    }
}
