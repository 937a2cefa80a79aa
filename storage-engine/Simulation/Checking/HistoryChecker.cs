using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Checking.Groups;
using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Checking.Retention;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking;

/// <summary>
/// Judges a history, and what is stored at its end. Pure: it knows nothing of the engine but <c>FORMAT.md</c> and the
/// promises.
/// </summary>
public static class HistoryChecker
{
    /// <summary>Checks everything that can be checked.</summary>
    /// <param name="history">What clients asked and were answered.</param>
    /// <param name="stored">
    /// Everything that is stored when nobody writes any more; null leaves out what needs it.
    /// </param>
    /// <param name="complete">
    /// Whether the history ends, after all faults, with polls of every living partition from its start to its end:
    /// then every acknowledged value must have been seen.
    /// </param>
    /// <exception cref="InvalidOperationException">The recorder broke the rules of a history.</exception>
    public static HistoryReport Check(History history, StoredLog? stored, bool complete) =>
        Check(history, stored, complete, MemoryLimits.Default);

    /// <summary>The same for logs that remember other amounts of producers and requests.</summary>
    /// <param name="history">What clients asked and were answered.</param>
    /// <param name="stored">Everything that is stored, or null.</param>
    /// <param name="complete">Whether the history ends with polls of everything.</param>
    /// <param name="limits">How much logs remember; what is beyond it may be stored again.</param>
    /// <exception cref="InvalidOperationException">The recorder broke the rules of a history.</exception>
    public static HistoryReport Check(History history, StoredLog? stored, bool complete, MemoryLimits limits)
    {
        var findings = new Findings();
        var clients = new ClientHistory(history);
        var scans = Scan(stored, limits, findings);
        var appends = history.Appends;
        var kept = RetentionCheck.Check(history, clients, scans.Values, findings);
        RestCheck.Check(clients, scans.Values, findings);
        var durable = DurableEndsOf(clients, scans, appends.ToLookup(static append => append.Segment.Value));
        var orders = new Dictionary<PartitionId, VersionOrder>();
        foreach (var partition in clients.Partitions)
        {
            var scan = scans.GetValueOrDefault(partition.Id);
            var repeats = scan is { Deleted: false } ? scan.Repeats : null;
            var memoryIsGone =
                !partition.Lives && repeats is null && stored is not null && limits != MemoryLimits.Default;
            var order = new VersionOrder(
                partition,
                memoryIsGone ? SeenRepeats.Of(partition) : repeats?.Offsets ?? [],
                offset => scan is { Deleted: false } && scan.IsGone(offset));
            orders.Add(partition.Id, order);
            WriteCheck.Check(partition, order, scan is { Deleted: false } ? scan : null, complete, findings);
            PollCheck.CheckInside(partition, order, findings);
            SendCheck.Check(partition, order, scan is { Deleted: false } ? scan : null, findings);
            ConditionCheck.Check(partition, scan, findings);
            FenceCheck.Check(partition, scan, findings);
            if (!memoryIsGone)
            {
                ProducerCheck.CheckRefusals(partition, repeats, findings);
            }

            EndCheck.Check(partition, durable.GetValueOrDefault(partition.Id), findings);
            if (scan is { Deleted: false } && history.Rows.Length > 0)
            {
                RangeCheck.Check(partition, scan, findings);
            }

            if (stored is not null && partition.Lives)
            {
                StoredCheck.Check(partition, scan ?? Nothing(partition.Id), findings);
            }
        }

        PollCheck.CheckBetween(clients, orders, findings);
        ProducerCheck.CheckGrants(clients, findings);
        RowTimeCheck.Check(history.Rows, appends, findings);
        GroupRowCheck.Check(clients, history.Rows, durable, findings);
        LostCommitCheck.Check(clients, history.Rows, findings);
        CommittedCheck.Check(clients, history.Rows, findings);
        return new HistoryReport(
            findings.All,
            clients.Operations.Length,
            clients.Operations.Count(static one => one.IsUnknown),
            scans.Values.Sum(static scan => (long)scan.Records.Count),
            ConsumptionCheck.Check(
                clients,
                (partition, offset) => scans.GetValueOrDefault(partition) is { Deleted: false } scan && scan.IsGone(offset),
                findings),
            scans.Values.Sum(static scan => scan.Repeats.Offsets.Count),
            kept);
    }

    private static Dictionary<PartitionId, LogScan> Scan(StoredLog? stored, MemoryLimits limits, Findings findings)
    {
        var scans = new Dictionary<PartitionId, LogScan>();
        foreach (var partition in stored?.Partitions ?? [])
        {
            var scan = ChainCheck.Scan(partition, limits, findings);
            scans.Add(partition.Id, scan);
            if (!scan.Deleted)
            {
                RowCheck.Check(scan, findings);
            }
        }

        return scans;
    }

    private static Dictionary<PartitionId, DurableEnds> DurableEndsOf(
        ClientHistory clients,
        Dictionary<PartitionId, LogScan> scans,
        ILookup<string, StoredAppend> appends) => clients.Partitions
        .Where(partition => partition.Lives && scans.GetValueOrDefault(partition.Id) is { Deleted: false })
        .ToDictionary(
            static partition => partition.Id,
            partition => new DurableEnds(scans[partition.Id], partition, appends));

    private static LogScan Nothing(PartitionId id) => new(new StoredPartition(
        id, [], System.Collections.Immutable.ImmutableSortedDictionary<string, byte[]>.Empty));
}
