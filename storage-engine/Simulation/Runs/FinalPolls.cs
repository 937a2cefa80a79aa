using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>
/// Reads every partition to its end on every living node, and on a new one. All must see the same, and everything that
/// was ever acknowledged; and the world, healed, must serve at once.
/// </summary>
internal static class FinalPolls
{
    private const int TriesMax = 20;

    // A log that is read in pieces of a hundred bytes takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(ClientSurroundings clients)
    {
        if (!clients.Fleet.Living.Any())
        {
            clients.Fleet.Start(0);
        }

        foreach (var node in clients.Fleet.Living.ToList())
        {
            await SeatAsync(clients, client => ReadAllAsync(client, node));
        }
    }

    // A seat of its own, so that it is a client like any other to the history.
    private static Task SeatAsync(ClientSurroundings clients, Func<SimulatedClient, Task> role) =>
        new ClientSeat(clients, number: -1, turns: 0, role) { Timeout = Patience }.RunAsync();

    private static async Task ReadAllAsync(SimulatedClient client, SimulatedNode node)
    {
        foreach (var topic in client.Around.Topics.ToList())
        {
            for (var partition = 0; partition < topic.PartitionCount; partition++)
            {
                await AppendAsync(client, node, topic, partition);
                await ReadAsync(client, node, topic, partition);
            }
        }
    }

    private static async Task AppendAsync(
        SimulatedClient client, SimulatedNode node, SimulatedTopic topic, int partition)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var value = client.Around.NextValue();
            var batch = client.BatchOf([value]);
            var answer = await client.AskAsync(
                node,
                new Request.Send(topic.Partition(partition), [value], SendIdentity.None),
                (service, cancelled) => NodeRequests.AppendAsync(service, topic, partition, batch, cancelled));
            if (answer is Answer.Sent
                || (topic.IsChurned && answer is Answer.Failed { Reason: Refusal.UnknownTopicOrPartition }))
            {
                return;
            }

            await client.Process.Delay(Pause);
        }

        Refuse(client, node, topic, partition, "appended to through");
    }

    private static async Task ReadAsync(SimulatedClient client, SimulatedNode node, SimulatedTopic topic, int partition)
    {
        var (offset, tries) = (0L, 0);
        Assign(client, topic, partition, offset);
        while (tries < TriesMax)
        {
            var from = new PartitionPosition(partition, offset);
            var limits = new FetchLimits(1_000_000, TimeSpan.Zero, client.Around.Compression);
            var answer = await client.AskAsync(
                node,
                new Request.Poll([new Position(topic.Partition(partition), offset)]),
                (service, cancelled) => NodeRequests.PollAsync(service, topic, from, limits, cancelled));
            switch (answer)
            {
                case Answer.Polled { Slices: [var slice] } when slice.After(offset) > offset:
                    offset = slice.After(offset);
                    break;
                case Answer.Polled:
                    return;
                case Answer.OutOfRange range:
                    offset = range.LogStartOffset;
                    Assign(client, topic, partition, offset);
                    break;
                case Answer.Failed { Reason: Refusal.UnknownTopicOrPartition } when topic.IsChurned:
                    return;
                default:
                    tries++;
                    await client.Process.Delay(Pause);
                    break;
            }
        }

        Refuse(client, node, topic, partition, "read from");
    }

    private static void Refuse(
        SimulatedClient client, SimulatedNode node, SimulatedTopic topic, int partition, string what) =>
        client.Around.Report(new InvalidOperationException(
            $"Partition {partition} of {topic.Name} cannot be {what} node {node.Life} though the world is healed."));

    private static void Assign(SimulatedClient client, SimulatedTopic topic, int partition, long offset) =>
        client.Around.History.Note(
            client.Number,
            new Request.Assign([new Position(topic.Partition(partition), offset)]),
            client.Around.Scheduler.Now);
}
