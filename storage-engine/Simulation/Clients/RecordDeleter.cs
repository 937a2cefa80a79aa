using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>Deletes the records before some offset: one that it has heard of, a little behind the end, or all.</summary>
internal static class RecordDeleter
{
    public static async Task RunAsync(SimulatedClient client)
    {
        while (client.TakeTurn())
        {
            if (client.PickPartition() is var (topic, partition))
            {
                await DeleteAsync(client, topic, partition);
            }

            await client.Process.Delay(client.Random.Milliseconds(0, 4_000));
        }
    }

    private static async Task DeleteAsync(SimulatedClient client, SimulatedTopic topic, int partition)
    {
        var answer = await client.AskAsync(
            new Request.GetOffsets(topic.Partition(partition)),
            (node, cancelled) => NodeRequests.GetOffsetsAsync(node, topic, partition, cancelled));
        var (start, end) = answer is Answer.Ends ends ? (ends.LogStartOffset, ends.HighWatermark) : (0, 5);
        var before = client.Random.NextDouble() switch
        {
            < 0.1 => -1,
            < 0.15 => end + 3,
            _ => start + client.Random.NextInt64((Math.Max(0, end - start) / 2) + 1),
        };
        await client.AskAsync(
            new Request.DeleteRecords(topic.Partition(partition), before),
            (node, cancelled) => NodeRequests.DeleteRecordsAsync(node, topic, partition, before, cancelled));
    }
}
