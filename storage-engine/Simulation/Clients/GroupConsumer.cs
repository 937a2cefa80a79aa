using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// Joins a group, reads and commits as its member, and leaves or is forgotten. A read with an unknown outcome may have
/// moved positions past records that nobody got, so the member is given up without a commit.
/// </summary>
internal sealed class GroupConsumer
{
    private readonly SimulatedClient _client;
    private readonly MemberWishes _wishes;
    private readonly SortedDictionary<PartitionId, long> _uncommitted = new(Comparer<PartitionId>.Create(
        static (one, other) => one.Index.CompareTo(other.Index)));
    private int _members;
    private int _commits;

    private GroupConsumer(SimulatedClient client) => (_client, _wishes) = (client, MemberWishes.Draw(client));

    public static async Task RunAsync(SimulatedClient client)
    {
        var consumer = new GroupConsumer(client);
        while (client.TakeTurn())
        {
            if (client.Around.Topics.FirstOrDefault(static topic => !topic.IsChurned) is { } topic)
            {
                await consumer.LiveAsync(topic);
            }

            await client.ThinkAsync();
        }
    }

    private async Task LiveAsync(SimulatedTopic topic)
    {
        var member = GroupRequests.InstanceOf($"member{_client.Number}-{++_members}");
        _uncommitted.Clear();
        if (await SubscribeAsync(topic, member) is not Answer.Done)
        {
            return;
        }

        while (_client.TakeTurn())
        {
            await _client.ThinkAsync();
            switch (await PollAsync(topic, member))
            {
                case Answer.Polled polled:
                    Remember(polled);
                    break;
                case Answer.Unknown when !_wishes.Settings.AutoCommit:
                    await LeaveAsync(member);
                    return;
                case Answer.Unknown or Answer.Failed { Reason: Refusal.NotOwner }:
                    return;
            }

            switch (_client.Random.NextDouble())
            {
                case < 0.3 when !_wishes.Settings.AutoCommit:
                    await CommitAsync(topic, member);
                    break;
                case > 0.98:
                    await LeaveAsync(member);
                    return;
                case > 0.95:
                    await ReadCommittedAsync(topic);
                    break;
            }
        }
    }

    private Task<Answer> SubscribeAsync(SimulatedTopic topic, InstanceId member) => _client.AskAsync(
        new Request.Subscribe(_wishes.Group.Value, member.Value, [topic.Id]) { FromEarliest = true },
        (node, cancelled) => GroupRequests.SubscribeAsync(
            node, _wishes, member, _wishes.SubscriptionOf(topic), cancelled));

    private Task<Answer> PollAsync(SimulatedTopic topic, InstanceId member)
    {
        var request = new ReadRequest(
            _client.Random.Between(TimeSpan.Zero, _client.Timeout),
            _client.Around.Workload.FetchBytesMax,
            static _ => null);
        return _client.AskAsync(
            new Request.GroupPoll(_wishes.Group.Value, member.Value),
            (node, cancelled) => GroupRequests.PollAsync(node, _wishes.Group, member, request, topic, cancelled));
    }

    private void Remember(Answer.Polled polled)
    {
        foreach (var slice in polled.Slices.Where(static slice => slice.Records.Length > 0))
        {
            _uncommitted[slice.Partition] = slice.Records[^1].Offset + 1;
        }
    }

    private async Task CommitAsync(SimulatedTopic topic, InstanceId member)
    {
        var named = _client.Random.Chance(0.5) && _uncommitted.Count > 0;
        Position[] positions =
            named ? [.. _uncommitted.Select(static one => new Position(one.Key, one.Value))] : [];
        var mark = named ? $"{member}#{++_commits}" : "";
        var offsets = named ? GroupRequests.OffsetsOf(topic, positions, mark) : null;
        var answer = await _client.AskAsync(
            new Request.Commit(_wishes.Group.Value, member.Value, [.. positions]) { Mark = mark },
            (node, cancelled) => GroupRequests.CommitAsync(
                node, _wishes.Group, member, epoch: null, offsets, cancelled));
        if (answer is not Answer.Unknown)
        {
            _uncommitted.Clear();
        }
    }

    private Task<Answer> LeaveAsync(InstanceId member) => _client.AskAsync(
        new Request.Leave(_wishes.Group.Value, member.Value),
        (node, cancelled) => GroupRequests.LeaveAsync(node, _wishes.Group, member, cancelled));

    private Task<Answer> ReadCommittedAsync(SimulatedTopic topic) => _client.AskAsync(
        new Request.ReadCommitted(
            _wishes.Group.Value, [.. Enumerable.Range(0, topic.PartitionCount).Select(topic.Partition)]),
        (node, cancelled) => GroupRequests.ReadCommittedAsync(node, _wishes.Group, topic, cancelled));
}
