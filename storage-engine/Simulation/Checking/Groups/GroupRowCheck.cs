using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// Goes through every committed state of the table: a partition has at most one owner in a group and changes hands as
/// it should, offsets are committed by those who may, and groups that had time came to rest.
/// </summary>
internal static class GroupRowCheck
{
    private const string Prefix = "group|";

    /// <summary>Checks what the table store recorded.</summary>
    /// <param name="clients">What clients asked.</param>
    /// <param name="transactions">All transactions in order.</param>
    /// <param name="durable">How far each living partition's log reached at a moment.</param>
    /// <param name="findings">Where to.</param>
    public static void Check(
        ClientHistory clients,
        IReadOnlyCollection<StoredRows> transactions,
        IReadOnlyDictionary<PartitionId, DurableEnds> durable,
        Findings findings)
    {
        var operations = new GroupOperations(clients.Operations);
        var groups = new Dictionary<string, GroupTable>(StringComparer.Ordinal);
        foreach (var transaction in transactions)
        {
            if (!transaction.Partition.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (!groups.TryGetValue(transaction.Partition, out var group))
            {
                groups.Add(transaction.Partition, group = new GroupTable());
            }

            Check(transaction, group, operations, durable, findings);
        }

        SettledCheck.Check(clients, groups, findings);
    }

    /// <summary>The name of the group whose rows a table partition holds; simple names are not escaped.</summary>
    public static string NameOf(string partition) => partition[Prefix.Length..];

    private static void Check(
        StoredRows transaction,
        GroupTable group,
        GroupOperations operations,
        IReadOnlyDictionary<PartitionId, DurableEnds> durable,
        Findings findings)
    {
        var before = group.Group;
        var commits = transaction.Changes
            .Where(static change => change.Value is not null && StoredCommit.IsKey(change.Key))
            .Select(static change => (change.Key, New: StoredCommit.Read(change.Key, change.Value!)))
            .Select(commit => (
                commit.New,
                Old: group.CommitOf(commit.Key),
                OwnerTakesPart: before.OwnerOf(commit.New.Partition) is not { } owner
                    || group.TakesPart(transaction, owner, commit.New.Partition)))
            .ToList();
        var moved = group.Apply(transaction);
        foreach (var (commit, old, ownerTakesPart) in commits)
        {
            var check = new CommitCheck(transaction, before, group.Group, operations, findings);
            check.Check(commit, old, ownerTakesPart, durable);
        }

        if (moved)
        {
            OwnerCheck.Check(transaction, group, findings);
            HandOverCheck.Check(transaction, before, group.Group, operations, findings);
        }
    }
}
