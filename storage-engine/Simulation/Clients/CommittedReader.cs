using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>Reads for a group whose client keeps the positions, from what is committed on.</summary>
internal static class CommittedReader
{
    /// <summary>Asks for the committed offsets of a topic.</summary>
    /// <returns>Null without an answer.</returns>
    public static async Task<ImmutableArray<Position>?> AskAsync(
        SimulatedClient client, GroupId group, SimulatedTopic topic) =>
        await client.AskAsync(
            new Request.ReadCommitted(
                group.Value, [.. Enumerable.Range(0, topic.PartitionCount).Select(topic.Partition)]),
            (node, cancelled) => GroupRequests.ReadCommittedAsync(node, group, topic, cancelled))
        is Answer.CommittedOffsets told ? told.Committed : null;

    /// <summary>Reads from a position.</summary>
    /// <param name="client">Who reads.</param>
    /// <param name="group">For which group.</param>
    /// <param name="member">As which member; empty for none.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The partition and the offset.</param>
    /// <returns>The next offset to read; null when nothing was read.</returns>
    public static async Task<long?> PollAsync(
        SimulatedClient client, GroupId group, string member, SimulatedTopic topic, PartitionPosition from)
    {
        var limits = new FetchLimits(
            client.Around.Workload.FetchBytesMax,
            client.Random.Between(TimeSpan.Zero, client.Timeout / 2),
            client.Around.Compression);
        var answer = await client.AskAsync(
            new Request.GroupPoll(group.Value, member) { KeepsPosition = true },
            (node, cancelled) => NodeRequests.PollAsync(node, topic, from, limits, cancelled));
        return answer switch
        {
            Answer.Polled { Slices: [var slice] } when slice.After(from.Offset) > from.Offset => slice.After(from.Offset),
            Answer.OutOfRange { LogStartOffset: var start } when start > from.Offset => start,
            _ => null,
        };
    }
}
