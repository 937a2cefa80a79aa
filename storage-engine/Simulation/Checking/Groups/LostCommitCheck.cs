using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// Whether commits that were acknowledged took effect between question and answer. Of several commits of a partition in
/// one transaction the last one counts, so any commit of the partition at that time will do, and so does a removal of its
/// offset that was asked for and may be in the same transaction.
/// </summary>
internal static class LostCommitCheck
{
    /// <summary>Checks every commit that named its offsets.</summary>
    public static void Check(
        ClientHistory clients, IReadOnlyCollection<StoredRows> transactions, Findings findings)
    {
        if (transactions.Count == 0)
        {
            return;
        }

        var stored = StoredIn(transactions);
        var removals = RemovalsIn(clients);
        var changes = transactions.ToLookup(
            static transaction => transaction.Partition, static transaction => transaction.Order);
        foreach (var operation in clients.Operations.Where(static one => one.IsOk))
        {
            var (group, offsets) = operation.Request switch
            {
                Request.Commit commit => (commit.Group, commit.Offsets),
                Request.AlterOffsets alter => (alter.Group, alter.Offsets),
                _ => ("", []),
            };
            foreach (var (partition, offset) in offsets)
            {
                if (!stored[(group, partition)].Any(order => IsWithin(operation, order))
                    && !removals[(group, partition)].Any(removal => changes[$"group|{group}"]
                        .Any(order => IsWithin(operation, order) && IsWithin(removal, order))))
                {
                    findings.Add(
                        AnomalyKind.LostCommit,
                        $"group {group}",
                        $"offset {offset} of {partition} was acknowledged and not stored",
                        operation.Id);
                }
            }
        }
    }

    private static bool IsWithin(Operation operation, int order) =>
        order > operation.Invoked && (order < operation.Completed || operation.IsUnknown);

    private static ILookup<(string Group, PartitionId Partition), Operation> RemovalsIn(ClientHistory clients) =>
        clients.Operations
            .Where(static one => !one.IsFailed)
            .SelectMany(
                static one => one.Request is Request.AlterOffsets alter ? alter.Removed : [],
                static (one, partition) => (((Request.AlterOffsets)one.Request).Group, partition, one))
            .ToLookup(static one => (one.Group, one.partition), static one => one.one);

    private static ILookup<(string Group, PartitionId Partition), int> StoredIn(
        IReadOnlyCollection<StoredRows> transactions) => transactions
        .SelectMany(
            static transaction => transaction.Changes.Where(static change =>
                change.Value is not null && StoredCommit.IsKey(change.Key)),
            static (transaction, change) => (
                Group: GroupRowCheck.NameOf(transaction.Partition),
                StoredCommit.Read(change.Key, change.Value!).Partition,
                transaction.Order))
        .ToLookup(static one => (one.Group, one.Partition), static one => one.Order);
}
