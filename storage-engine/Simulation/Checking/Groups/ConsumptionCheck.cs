using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>
/// At least once: every value below a group's committed offset was returned to a member of the group. More than once is
/// allowed, and counted.
/// </summary>
/// <remarks>
/// A poll whose answer was lost may have moved positions past records that nobody got, and its member may commit them
/// when it goes on: each such poll excuses one run of missing offsets in a partition.
/// </remarks>
internal static class ConsumptionCheck
{
    /// <summary>Checks all groups.</summary>
    /// <param name="history">What was asked.</param>
    /// <param name="isGone">Whether a record was taken away, so that nobody may have got it.</param>
    /// <param name="findings">Where to.</param>
    /// <returns>How often a value was returned to a group again.</returns>
    public static int Check(
        ClientHistory history, Func<PartitionId, long, bool> isGone, Findings findings)
    {
        var again = 0;
        foreach (var (group, members) in GroupsOf(history))
        {
            var lost = members.Count(one => one.IsUnknown && GoesOn(members, one));
            var fromEarliest = members.Exists(static one => one.Request
                is Request.Subscribe { FromEarliest: true } or Request.Heartbeat { FromEarliest: true });
            foreach (var (partition, committed) in CommittedOf(members))
            {
                var polls = history.Of(partition).Polls
                    .Where(poll => poll.Operation.Request is Request.GroupPoll of && of.Group == group)
                    .SelectMany(static poll => poll.Slice.Records)
                    .Select(static record => record.Offset)
                    .ToList();
                var seen = polls.ToHashSet();
                again += polls.Count - seen.Count;
                if (history.Of(partition).Lives)
                {
                    var from = fromEarliest ? 0 : First(polls);
                    for (var offset = from; offset < committed; offset++)
                    {
                        if (isGone(partition, offset))
                        {
                            seen.Add(offset);
                        }
                    }

                    CheckPartition(group, partition, from, committed, seen, lost, findings);
                }
            }
        }

        return again;
    }

    private static bool GoesOn(List<Operation> members, Operation poll) =>
        poll.Request is Request.GroupPoll { Member: var name, KeepsPosition: false }
        && members.Exists(one => one.Invoked > poll.Invoked && one.Request switch
        {
            Request.GroupPoll again => again.Member == name,
            Request.Commit commit => commit.Member == name,
            Request.Leave leave => leave.Member == name,
            _ => false,
        });

    private static void CheckPartition(
        string group,
        PartitionId partition,
        long start,
        long committed,
        HashSet<long> seen,
        int lost,
        Findings findings)
    {
        var runs = 0;
        var first = -1L;
        for (var offset = start; offset < committed; offset++)
        {
            if (!seen.Contains(offset) && (offset == start || seen.Contains(offset - 1)))
            {
                runs++;
                first = first < 0 ? offset : first;
            }
        }

        if (runs > lost)
        {
            findings.Add(
                AnomalyKind.GroupSkip,
                $"group {group}",
                $"{partition} was committed to {committed}; {runs} pieces from {first} on were returned to nobody, and "
                + $"{lost} polls got no answer");
        }
    }

    // Without a poll there is nothing that the group could have skipped.
    private static long First(List<long> offsets) => offsets.Count == 0 ? long.MaxValue : offsets.Min();

    private static Dictionary<string, List<Operation>> GroupsOf(ClientHistory history)
    {
        var groups = new Dictionary<string, List<Operation>>(StringComparer.Ordinal);
        foreach (var operation in history.Operations)
        {
            var group = operation.Request switch
            {
                Request.Subscribe subscribe => subscribe.Group,
                Request.GroupPoll poll => poll.Group,
                Request.Commit commit => commit.Group,
                Request.Leave leave => leave.Group,
                Request.Heartbeat heartbeat => heartbeat.Group,
                Request.AlterOffsets alter => alter.Group,
                Request.ReadCommitted read => read.Group,
                _ => null,
            };
            if (group is null)
            {
                continue;
            }

            if (!groups.TryGetValue(group, out var members))
            {
                groups.Add(group, members = []);
            }

            members.Add(operation);
        }

        return groups;
    }

    // The furthest committed offsets that anyone in the group was told of.
    private static Dictionary<PartitionId, long> CommittedOf(List<Operation> members)
    {
        var furthest = new Dictionary<PartitionId, long>();
        foreach (var operation in members.Where(static one => one.IsOk))
        {
            var told = operation switch
            {
                { Request: Request.Commit commit } => commit.Offsets,
                { Request: Request.AlterOffsets alter } => alter.Offsets,
                { Answer: Answer.CommittedOffsets committed } => committed.Committed,
                _ => [],
            };
            foreach (var position in told)
            {
                furthest[position.Partition] =
                    Math.Max(position.Offset, furthest.GetValueOrDefault(position.Partition));
            }
        }

        return furthest;
    }
}
