using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>Creates a topic, lets others use it, gives it more partitions, deletes it, and creates it again under the
/// same name.</summary>
internal sealed class TopicChurn
{
    private readonly SimulatedClient _client;
    private TopicName _name;
    private int _names;
    private SimulatedTopic? _topic;

    private TopicChurn(SimulatedClient client)
    {
        _client = client;
        _name = NextName();
    }

    public static async Task RunAsync(SimulatedClient client)
    {
        var churn = new TopicChurn(client);
        while (client.TakeTurn())
        {
            if (churn._topic is null)
            {
                await churn.CreateAsync(client.Random.Next(1, 4));
            }
            else if (client.Random.Chance(0.2))
            {
                await churn.DeleteAsync(churn._topic);
            }
            else if (client.Random.Chance(0.15))
            {
                await churn.GrowAsync(churn._topic);
            }

            await client.ThinkAsync();
        }
    }

    private async Task CreateAsync(int partitions)
    {
        TopicCreation? creation = null;
        await _client.AskAsync(new Request.CreateTopic(_name.Value, partitions), async (node, cancelled) =>
        {
            creation = await node.CreateTopicAsync(new NewTopic(_name, partitions, []), cancelled);
            return creation is TopicCreation.Created created
                ? new Answer.TopicCreated(created.Topic.Id)
                : new Answer.Failed(Refusal.Other, -1, $"{creation}");
        });
        var topic = creation switch
        {
            TopicCreation.Created created => created.Topic,
            TopicCreation.AlreadyExists exists => exists.Existing,
            _ => null,
        };
        if (topic is not null)
        {
            _topic = new SimulatedTopic(_name, topic.Id, topic.PartitionCount, IsChurned: true);
            _client.Around.Add(_topic);
        }
    }

    private async Task DeleteAsync(SimulatedTopic topic)
    {
        var answer = await _client.AskAsync(
            new Request.DeleteTopic(topic.Id), (node, cancelled) => DeleteAsync(node, topic, cancelled));
        if (answer is Answer.Done)
        {
            _client.Around.Remove(topic);
            _topic = null;
        }
        else if (answer is Answer.Failed { Reason: Refusal.UnknownTopicOrPartition })
        {
            // Gone already, or the node has not heard of it yet: then it lives on, and the final polls must read it.
            (_topic, _name) = (null, NextName());
        }
        else if (answer is Answer.Unknown)
        {
            // Deletions go by name: this one may come to pass later still, and must not hit the topic's next life.
            _name = NextName();
        }
    }

    // Without an answer it may have grown, or may still: clients go on with what they know.
    private async Task GrowAsync(SimulatedTopic topic)
    {
        var grown = topic with { PartitionCount = topic.PartitionCount + 1 };
        var answer = await _client.AskAsync(
            new Request.GrowTopic(topic.Id, grown.PartitionCount),
            (node, cancelled) => GrowAsync(node, grown, cancelled));
        if (answer is Answer.Done)
        {
            _client.Around.Replace(topic, grown);
            _topic = grown;
        }
    }

    private TopicName NextName() => SimulatedTopic.NameOf($"churned{_client.Number}-{++_names}");

    private static async ValueTask<Answer> DeleteAsync(
        NodeService node, SimulatedTopic topic, CancellationToken cancellationToken)
    {
        var outcome = await NodeRequests.FindAsync(node, topic, cancellationToken) is null
            ? TopicDeletion.UnknownTopic
            : await node.DeleteTopicAsync(topic.Name, cancellationToken);
        return outcome switch
        {
            TopicDeletion.Deleted => new Answer.Done(),
            TopicDeletion.UnknownTopic => new Answer.Failed(Refusal.UnknownTopicOrPartition, -1, "no such topic"),

            // The name is free, but a node that still believes in the topic can append until its log is ended.
            _ => new Answer.Unknown("its records remain"),
        };
    }

    private static async ValueTask<Answer> GrowAsync(
        NodeService node, SimulatedTopic topic, CancellationToken cancellationToken) =>
        await NodeRequests.FindAsync(node, topic, cancellationToken) is null
            ? new Answer.Failed(Refusal.UnknownTopicOrPartition, -1, "no such topic")
            : await node.AddPartitionsAsync(topic.Name, topic.PartitionCount, cancellationToken) is var outcome
                && outcome is TopicChange.Changed
                    ? new Answer.Done()
                    : new Answer.Failed(Refusal.Other, -1, $"{outcome}");
}
