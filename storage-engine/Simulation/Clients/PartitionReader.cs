using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Reads one partition from a place on, as a consumer with an assignment does; sometimes it goes elsewhere.
/// </summary>
internal static class PartitionReader
{
    public static async Task RunAsync(SimulatedClient client)
    {
        var tails = client.Random.Chance(0.5);
        while (client.TakeTurn())
        {
            if (client.PickPartition() is var (topic, partition))
            {
                await ReadAsync(client, topic, partition, tails);
            }

            await client.ThinkAsync();
        }
    }

    private static async Task ReadAsync(SimulatedClient client, SimulatedTopic topic, int partition, bool tails)
    {
        var offset = 0L;
        Assign(client, topic, partition, offset);
        while (client.TakeTurn())
        {
            switch (await PollAsync(client, topic, new PartitionPosition(partition, offset), tails))
            {
                case Answer.Polled { Slices: [var slice] }:
                    offset = slice.After(offset);
                    break;
                case Answer.OutOfRange range:
                    offset = range.LogStartOffset;
                    Assign(client, topic, partition, offset);
                    break;
                case Answer.Failed { Reason: Refusal.UnknownTopicOrPartition }:
                    return;
            }

            await client.ThinkAsync();
            switch (client.Random.NextDouble())
            {
                case < 0.03:
                    return;
                case < 0.06:
                    offset = client.Random.NextInt64(offset + 1);
                    Assign(client, topic, partition, offset);
                    break;
            }
        }
    }

    private static Task<Answer> PollAsync(
        SimulatedClient client, SimulatedTopic topic, PartitionPosition from, bool tails)
    {
        var limits = new FetchLimits(
            client.Around.Workload.FetchBytesMax,
            tails ? client.Random.Between(TimeSpan.Zero, client.Around.Workload.Timeout) : TimeSpan.Zero,
            client.Around.Compression);
        return client.AskAsync(
            new Request.Poll([new Position(topic.Partition(from.Partition), from.Offset)]),
            (node, cancelled) => NodeRequests.PollAsync(node, topic, from, limits, cancelled));
    }

    private static void Assign(SimulatedClient client, SimulatedTopic topic, int partition, long offset) =>
        client.Around.History.Note(
            client.Number,
            new Request.Assign([new Position(topic.Partition(partition), offset)]),
            client.Around.Scheduler.Now);
}
