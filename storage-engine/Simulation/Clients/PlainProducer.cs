using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>Sends batches to any partition, one after the other, and never the same records twice.</summary>
internal static class PlainProducer
{
    public static async Task RunAsync(SimulatedClient client)
    {
        while (client.TakeTurn())
        {
            if (client.PickPartition() is var (topic, partition))
            {
                var values = client.NextValues();
                var batch = client.BatchOf(values);
                await client.AskAsync(
                    new Request.Send(topic.Partition(partition), [.. values], SendIdentity.None) { Ordered = false },
                    (node, cancelled) => NodeRequests.AppendAsync(node, topic, partition, batch, cancelled));
            }

            await client.ThinkAsync();
        }
    }
}
