using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// Goes through every committed state of the table: a partition has at most one owner in a group, a commit of an owned
/// partition is one transaction with its owner's row, and no committed offset leads the log.
/// </summary>
internal static class GroupRowCheck
{
    /// <summary>Checks what the table store recorded.</summary>
    /// <param name="transactions">All transactions in order.</param>
    /// <param name="durable">How far each living partition's log reached at a moment.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(
        IReadOnlyCollection<StoredRows> transactions,
        IReadOnlyDictionary<PartitionId, DurableEnds> durable,
        Findings findings)
    {
        var groups = new Dictionary<string, GroupTable>(StringComparer.Ordinal);
        foreach (var transaction in transactions)
        {
            if (!transaction.Partition.StartsWith("group|", StringComparison.Ordinal))
            {
                continue;
            }

            if (!groups.TryGetValue(transaction.Partition, out var group))
            {
                groups.Add(transaction.Partition, group = new GroupTable());
            }

            foreach (var (key, value) in transaction.Changes)
            {
                if (value is not null && key.StartsWith("offset|", StringComparison.Ordinal))
                {
                    CheckCommit(transaction, group, GroupTable.Committed(key, value), durable, findings);
                }
            }

            group.Apply(transaction);
            CheckOwners(transaction, group, findings);
        }
    }

    private static void CheckCommit(
        StoredRows transaction,
        GroupTable group,
        Position committed,
        IReadOnlyDictionary<PartitionId, DurableEnds> durable,
        Findings findings)
    {
        if (group.OwnerOf(committed.Partition) is { } owner
            && !transaction.Changes.Any(change => change.Key == owner))
        {
            findings.Add(
                AnomalyKind.UnfencedCommit,
                transaction.Partition,
                $"offset {committed.Offset} of {committed.Partition} was committed without its owner {owner}");
        }

        if (durable.TryGetValue(committed.Partition, out var ends)
            && committed.Offset > ends.Before(transaction.Order))
        {
            findings.Add(
                AnomalyKind.CommitAhead,
                transaction.Partition,
                $"offset {committed.Offset} of {committed.Partition} was committed when the log reached "
                + $"{ends.Before(transaction.Order)}");
        }
    }

    private static void CheckOwners(StoredRows transaction, GroupTable group, Findings findings)
    {
        var owners = new Dictionary<PartitionId, string>();
        foreach (var (key, owned) in group.Owned)
        {
            foreach (var partition in owned)
            {
                if (!owners.TryAdd(partition, key))
                {
                    findings.Add(
                        AnomalyKind.TwoOwners,
                        transaction.Partition,
                        $"{partition} belongs to {owners[partition]} and to {key}");
                }
            }
        }
    }
}
