using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>Asks for the ends of partitions, and for offsets by time.</summary>
internal static class OffsetLookups
{
    public static async Task RunAsync(SimulatedClient client)
    {
        while (client.TakeTurn())
        {
            if (client.PickPartition() is var (topic, partition))
            {
                await AskAsync(client, topic, partition);
            }

            await client.ThinkAsync();
        }
    }

    private static Task<Answer> AskAsync(SimulatedClient client, SimulatedTopic topic, int partition)
    {
        if (client.Random.Chance(0.6))
        {
            return client.AskAsync(
                new Request.GetOffsets(topic.Partition(partition)),
                (node, cancelled) => NodeRequests.GetOffsetsAsync(node, topic, partition, cancelled));
        }

        var ago = client.Random.NextInt64(-TimeSpan.TicksPerSecond, client.Around.Scheduler.Now + 1);
        var timestamp = SimulatedClock.Beginning.AddTicks(client.Around.Scheduler.Now - ago).ToUnixTimeMilliseconds();
        return client.AskAsync(
            new Request.FindOffset(topic.Partition(partition), timestamp),
            (node, cancelled) => NodeRequests.FindOffsetAsync(node, topic, partition, timestamp, cancelled));
    }
}
