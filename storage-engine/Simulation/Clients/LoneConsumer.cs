using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Reads and commits for a group without being a member, and now and then sets a group back to its beginning: its own,
/// or one that has members, which refuses unless all have gone.
/// </summary>
internal sealed class LoneConsumer
{
    private readonly SimulatedClient _client;
    private readonly GroupId _group = GroupRequests.GroupOf("lone");
    private int _commits;

    private LoneConsumer(SimulatedClient client) => _client = client;

    public static async Task RunAsync(SimulatedClient client)
    {
        var consumer = new LoneConsumer(client);
        while (client.TakeTurn())
        {
            if (client.Around.Topics.FirstOrDefault(static topic => !topic.IsChurned) is { } topic)
            {
                await consumer.ReadAsync(topic);
            }

            await client.ThinkAsync();
        }
    }

    private async Task ReadAsync(SimulatedTopic topic)
    {
        if (await CommittedReader.AskAsync(_client, _group, topic) is not { } committed)
        {
            return;
        }

        var partition = _client.Random.Next(topic.PartitionCount);
        var offset = committed.FirstOrDefault(one => one.Partition.Index == partition).Offset;
        var next = await CommittedReader.PollAsync(_client, _group, member: "", topic, new(partition, offset));
        switch (_client.Random.NextDouble())
        {
            case < 0.05:
                await SetBackAsync(topic, _group);
                break;
            case < 0.15:
                await SetBackAsync(topic, _client.Random.Pick(MemberWishes.AllGroups.ToArray()));
                break;
            case < 0.85 when next is { } read:
                await AlterAsync(topic, _group, [new Position(topic.Partition(partition), read)], removed: []);
                break;
        }
    }

    // Either to the beginning or to nothing at all; both at once would be two transactions with a fault in between.
    private Task<Answer> SetBackAsync(SimulatedTopic topic, GroupId group)
    {
        var some = Enumerable.Range(0, topic.PartitionCount).Where(_ => _client.Random.Chance(0.7)).ToList();
        return _client.Random.Chance(0.7)
            ? AlterAsync(topic, group, some.ConvertAll(one => new Position(topic.Partition(one), 0)), removed: [])
            : AlterAsync(topic, group, [], some);
    }

    private Task<Answer> AlterAsync(
        SimulatedTopic topic, GroupId group, IReadOnlyList<Position> positions, IReadOnlyList<int> removed)
    {
        var mark = $"lone{_client.Number}#{++_commits}";
        var offsets = GroupRequests.OffsetsOf(topic, positions, mark);
        var gone = removed.Select(one => new TopicPartition(topic.Name, one)).ToList();
        return _client.AskAsync(
            new Request.AlterOffsets(group.Value, [.. positions], mark)
            {
                Removed = [.. removed.Select(topic.Partition)],
            },
            (node, cancelled) => GroupRequests.AlterAsync(node, group, offsets, gone, cancelled));
    }
}
