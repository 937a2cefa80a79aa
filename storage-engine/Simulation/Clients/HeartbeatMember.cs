using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// A member as KIP-848 means it: it keeps its positions itself, says in heartbeats what it has, gives up what it is no
/// longer told to read, and commits under its epoch. Sometimes it commits under an epoch that is over.
/// </summary>
internal sealed class HeartbeatMember
{
    private readonly SimulatedClient _client;
    private readonly MemberWishes _wishes;
    private readonly SortedDictionary<int, long> _positions = [];
    private ImmutableSortedSet<TopicPartition> _owned = [];
    private InstanceId _member;
    private int _epoch;
    private int _members;
    private int _commits;

    private HeartbeatMember(SimulatedClient client) => (_client, _wishes) = (client, MemberWishes.Draw(client));

    public static async Task RunAsync(SimulatedClient client)
    {
        var member = new HeartbeatMember(client);
        while (client.TakeTurn())
        {
            if (client.Around.Topics.FirstOrDefault(static topic => !topic.IsChurned) is { } topic)
            {
                await member.LiveAsync(topic);
            }

            await client.ThinkAsync();
        }
    }

    private async Task LiveAsync(SimulatedTopic topic)
    {
        // A member that was fenced may not know it: its successor sometimes commits in its name.
        var former = (_member, _epoch);
        var remembered = _positions.Select(one => new Position(topic.Partition(one.Key), one.Value)).ToList();
        Forget();
        _member = GroupRequests.InstanceOf($"beating{_client.Number}-{++_members}");
        if (!await BeatAsync(topic))
        {
            return;
        }

        if (remembered.Count > 0 && _client.Random.Chance(0.3))
        {
            await CommitAsync(topic, former._member, former._epoch, remembered);
        }

        while (_client.TakeTurn())
        {
            await _client.ThinkAsync();
            if (!await ActAsync(topic))
            {
                return;
            }
        }
    }

    // False when its life as this member is over.
    private async Task<bool> ActAsync(SimulatedTopic topic)
    {
        switch (_client.Random.NextDouble())
        {
            case < 0.3:
                return await BeatAsync(topic);
            case < 0.4:
                return await BeatAndCommitAsync(topic);
            case < 0.7:
                await PollAsync(topic);
                return true;
            case < 0.93:
                var epoch = _client.Random.Chance(0.1) ? _epoch - 1 : _epoch;
                await CommitAsync(topic, _member, epoch, PositionsOf(topic, static _ => true));
                return true;
            case < 0.97:
                return true;
            default:
                await LeaveAsync();
                return false;
        }
    }

    // As clients do that beat in the background: one of both finds the member as the other leaves it.
    private async Task<bool> BeatAndCommitAsync(SimulatedTopic topic)
    {
        var committed = CommitAsync(topic, _member, _epoch, PositionsOf(topic, static _ => true));
        var lives = await BeatAsync(topic);
        await committed;
        return lives;
    }

    private async Task<bool> BeatAsync(SimulatedTopic topic)
    {
        // Who has just given something up says so; else it may as well say nothing.
        ImmutableSortedSet<TopicPartition>? owned = _epoch > 0 && _client.Random.Chance(0.7) ? _owned : null;
        var heartbeat = Heartbeat(_epoch) with { Subscription = _wishes.SubscriptionOf(topic), Owned = owned };
        switch (await AskAsync(heartbeat))
        {
            case Answer.Assigned assigned:
                await ReconcileAsync(topic, assigned);
                return true;
            case Answer.Failed { Reason: Refusal.NotOwner or Refusal.Other }:
                return false;
            default:
                return true;
        }
    }

    private async Task ReconcileAsync(SimulatedTopic topic, Answer.Assigned assigned)
    {
        _epoch = assigned.Epoch;
        var listed = assigned.Partitions.ToHashSet();
        var revoked = _owned.Where(one => !listed.Contains(GroupRequests.Listed(one))).ToHashSet();
        var read = PositionsOf(topic, index => revoked.Contains(new(topic.Name, index)));
        if (read.Count > 0 && _client.Random.Chance(0.7))
        {
            await CommitAsync(topic, _member, _epoch, read);
        }

        _owned = [.. assigned.Partitions.Select(GroupRequests.Named)];
        foreach (var gone in _positions.Keys.Where(index => !_owned.Contains(new(topic.Name, index))).ToList())
        {
            _positions.Remove(gone);
        }
    }

    private async Task PollAsync(SimulatedTopic topic)
    {
        var own = _owned.Where(one => one.Topic == topic.Name && one.Partition < topic.PartitionCount).ToList();
        if (own.Count == 0)
        {
            return;
        }

        var partition = own[_client.Random.Next(own.Count)].Partition;
        if (!_positions.TryGetValue(partition, out var offset))
        {
            if (await CommittedReader.AskAsync(_client, _wishes.Group, topic) is not { } committed)
            {
                return;
            }

            offset = committed.FirstOrDefault(one => one.Partition.Index == partition).Offset;
        }

        var next = await CommittedReader.PollAsync(
            _client, _wishes.Group, _member.Value, topic, new(partition, offset));
        if (next is { } read)
        {
            _positions[partition] = read;
        }
    }

    private async Task CommitAsync(
        SimulatedTopic topic, InstanceId member, int epoch, List<Position> positions)
    {
        if (positions.Count == 0)
        {
            return;
        }

        var mark = $"{_client.Number}-{_members}#{++_commits}";
        var offsets = GroupRequests.OffsetsOf(topic, positions, mark);
        await _client.AskAsync(
            new Request.Commit(_wishes.Group.Value, member.Value, [.. positions]) { Epoch = epoch, Mark = mark },
            (node, cancelled) => GroupRequests.CommitAsync(node, _wishes.Group, member, epoch, offsets, cancelled));
    }

    private Task<Answer> LeaveAsync()
    {
        var away = _wishes.Settings.GroupInstanceId is not null && _client.Random.Chance(0.7);
        return AskAsync(Heartbeat(away ? GroupRequest.Heartbeat.AwayEpoch : GroupRequest.Heartbeat.LeaveEpoch));
    }

    private Task<Answer> AskAsync(GroupRequest.Heartbeat heartbeat) => _client.AskAsync(
        new Request.Heartbeat(
            _wishes.Group.Value,
            _member.Value,
            heartbeat.Epoch,
            heartbeat.Owned is { } owned ? [.. owned.Select(GroupRequests.Listed)] : null)
        { FromEarliest = true },
        (node, cancelled) => GroupRequests.HeartbeatAsync(node, _wishes.Group, heartbeat, cancelled));

    private GroupRequest.Heartbeat Heartbeat(int epoch) =>
        new(_member, epoch, _wishes.Settings, _wishes.SessionTimeout);

    private List<Position> PositionsOf(SimulatedTopic topic, Func<int, bool> among) =>
    [
        .. _positions.Where(one => among(one.Key))
            .Select(one => new Position(topic.Partition(one.Key), one.Value)),
    ];

    private void Forget()
    {
        (_epoch, _owned) = (0, []);
        _positions.Clear();
    }
}
