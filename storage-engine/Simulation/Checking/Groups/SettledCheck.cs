using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// In a group that came to rest, every partition has an owner, and none could go to a member that wants it and has at
/// least two fewer.
/// </summary>
internal static class SettledCheck
{
    /// <summary>Checks the last state of the groups that were noted to be at rest.</summary>
    public static void Check(ClientHistory clients, Dictionary<string, GroupTable> tables, Findings findings)
    {
        foreach (var operation in clients.Operations)
        {
            if (operation.Request is Request.Settled settled)
            {
                var group = tables.GetValueOrDefault($"group|{settled.Group}")?.Group ?? StoredGroup.None;
                CheckOwned(settled, group, findings);
                CheckBalance(settled, group, findings);
            }
        }
    }

    private static void CheckOwned(Request.Settled settled, StoredGroup group, Findings findings)
    {
        foreach (var wanted in settled.Members.SelectMany(static member => member.Topics).Distinct())
        {
            var share = group.Topics.FirstOrDefault(one => one.Topic == wanted.Topic);
            for (var index = 0; index < Math.Max(wanted.PartitionCount, share?.Owners.Length ?? 0); index++)
            {
                var owner = share is null ? null : group.OwnerOf(new(wanted.Topic, index));
                if (owner is null || settled.Members.All(member => member.Name != owner.Id))
                {
                    findings.Add(
                        AnomalyKind.UnownedPartition,
                        $"group {settled.Group}",
                        $"partition {index} of {wanted.Topic} belongs to {owner}, and not to one of its members");
                }
            }
        }
    }

    private static void CheckBalance(Request.Settled settled, StoredGroup group, Findings findings)
    {
        if (!settled.IsBalanced)
        {
            return;
        }

        var owners = group.Topics
            .SelectMany(static share => share.Owners.Select(number => (share.Topic, number))).ToList();
        var loads = group.Members.ToDictionary(
            static member => member.Id, member => owners.Count(one => one.number == member.Number));
        foreach (var (topic, number) in owners)
        {
            var owner = group.Members.FirstOrDefault(member => member.Number == number)?.Id;
            foreach (var member in settled.Members)
            {
                if (owner is not null
                    && member.Topics.Any(wanted => wanted.Topic == topic)
                    && loads.GetValueOrDefault(member.Name) + 2 <= loads[owner])
                {
                    findings.Add(
                        AnomalyKind.Unbalanced,
                        $"group {settled.Group}",
                        $"{owner} has {loads[owner]} partitions and {member.Name}, which wants {topic}, too, has "
                        + $"{loads.GetValueOrDefault(member.Name)}");
                }
            }
        }
    }
}
