using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// A member keeps what it has until it gives it up by a request of its own, or is no member any more. Who speaks for
/// itself in heartbeats gives up only what it no longer lists.
/// </summary>
internal static class HandOverCheck
{
    /// <summary>Checks one step from state to state.</summary>
    public static void Check(
        StoredRows transaction,
        StoredGroup before,
        StoredGroup after,
        GroupOperations operations,
        Findings findings)
    {
        var group = GroupRowCheck.NameOf(transaction.Partition);
        foreach (var old in before.Topics)
        {
            if (after.Topics.FirstOrDefault(share => share.Topic == old.Topic) is not { } share)
            {
                continue;
            }

            for (var index = 0; index < old.Owners.Length; index++)
            {
                if (NameOf(before, old.Owners[index]) is { } owner
                    && after.Find(owner) is not null
                    && NameOf(after, Cell(share.Owners, index)) != owner
                    && !operations.Of(group, owner).Any(one => GivesUp(one, transaction.Order, old.Name, index)))
                {
                    findings.Add(
                        AnomalyKind.NotGivenUp,
                        transaction.Partition,
                        $"{old.Name}-{index} was taken from {owner}, which did not give it up "
                        + $"(at {transaction.Order})");
                }
            }
        }
    }

    private static bool GivesUp(Operation operation, int order, string topic, int index) =>
        operation.Invoked < order
        && (operation.Completed > order || operation.IsUnknown)
        && operation.Request switch
        {
            Request.Heartbeat { Epoch: > 0, Owned: var owned } =>
                owned is { } listed && !listed.Contains(new ListedPartition(topic, index)),
            Request.Commit { Epoch: not null } => false,
            _ => true,
        };

    private static int Cell(ImmutableArray<int> cells, int index) => index < cells.Length ? cells[index] : -1;

    private static string? NameOf(StoredGroup group, int number) =>
        number < 0 ? null : group.Members.FirstOrDefault(member => member.Number == number)?.Id;
}
