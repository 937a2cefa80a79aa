using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// A partition has at most one owner: the group's row names one, and only that one's own row has it. Partitions that
/// clients chose themselves are nobody's property.
/// </summary>
internal static class OwnerCheck
{
    /// <summary>Checks one state.</summary>
    public static void Check(StoredRows transaction, GroupTable table, Findings findings)
    {
        var group = table.Group;
        foreach (var some in group.Members.GroupBy(static member => member.Number).Where(static all => all.Count() > 1))
        {
            findings.Add(
                AnomalyKind.TwoOwners,
                transaction.Partition,
                $"{string.Join(" and ", some.Select(static one => one.Id))} have one number (at {transaction.Order})");
        }

        foreach (var (name, partitions) in table.Rows.Values)
        {
            if (group.Find(name) is not { IsShared: true } member)
            {
                continue;
            }

            foreach (var partition in partitions.Where(one => IsShared(group, one)))
            {
                if (group.OwnerOf(partition) != member)
                {
                    findings.Add(
                        AnomalyKind.TwoOwners,
                        transaction.Partition,
                        $"{partition} is in the row of {name} and belongs to {group.OwnerOf(partition)} "
                        + $"(at {transaction.Order})");
                }
            }
        }
    }

    // A topic that is gone falls out of the group at once, and out of a member's row with the member's next request.
    private static bool IsShared(StoredGroup group, PartitionId partition) =>
        group.Topics.Any(share => share.Topic == partition.Topic && partition.Index < share.Owners.Length);
}
