using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Sends batches to one partition, each after the one before it is certainly stored or certainly not: a batch with an
/// unknown outcome ends the order, and the client begins anew under another number.
/// </summary>
internal static class OrderedProducer
{
    public static async Task RunAsync(SimulatedClient client)
    {
        if (client.PickPartition() is not var (topic, partition))
        {
            client.TakeTurn();
            await client.ThinkAsync();
            return;
        }

        while (client.TakeTurn())
        {
            var values = client.NextValues();
            var batch = client.BatchOf(values);
            var answer = await client.AskAsync(
                new Request.Send(topic.Partition(partition), [.. values], SendIdentity.None) { Ordered = true },
                (node, cancelled) => NodeRequests.AppendAsync(node, topic, partition, batch, cancelled));
            await client.ThinkAsync();
            if (answer is Answer.Unknown or Answer.Failed { Reason: Refusal.UnknownTopicOrPartition })
            {
                return;
            }
        }
    }
}
