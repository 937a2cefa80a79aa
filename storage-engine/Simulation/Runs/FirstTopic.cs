using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>Creates the topic that lives as long as its world, before any fault strikes.</summary>
internal static class FirstTopic
{
    public static async Task CreateAsync(
        ClientSurroundings clients, int partitions, IReadOnlyList<KeyValuePair<string, string?>> configs)
    {
        var node = clients.Fleet.Start(0);
        var creation = await node.Process.Start(() => node.Service.CreateTopicAsync(
            new NewTopic(SimulatedTopic.NameOf("lasting"), partitions, configs), CancellationToken.None));
        var topic = ((TopicCreation.Created)creation).Topic;
        clients.Add(new SimulatedTopic(topic.Name, topic.Id, partitions, IsChurned: false));
    }
}
