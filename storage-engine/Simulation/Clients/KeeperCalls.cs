using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>Has the keeper of any node run, over all topics or over one.</summary>
internal static class KeeperCalls
{
    public static async Task RunAsync(SimulatedClient client)
    {
        while (client.TakeTurn())
        {
            var topic = client.Random.Chance(0.4) && client.PickPartition() is var (picked, _) ? picked : null;
            await client.AskAsync(
                new Request.Keep(topic?.Name.Value),
                (node, cancelled) => NodeRequests.KeepAsync(node, topic?.Name, cancelled));
            await client.Process.Delay(client.Random.Milliseconds(0, 2_000));
        }
    }
}
