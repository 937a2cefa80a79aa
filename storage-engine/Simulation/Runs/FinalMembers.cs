using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>
/// Joins every group that was used, with members of different wishes, until each has what it should have: the healed
/// world must get there, once the sessions of those before are over.
/// </summary>
internal sealed class FinalMembers
{
    private const int Members = 3;

    // Each pause is longer than any node trusts what it knows, and together they outlast two sessions.
    private const int RoundsMax = 120;
    private const int QuietRounds = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SimulatedClient _client;
    private readonly GroupId _group;
    private readonly SimulatedTopic _topic;
    private readonly List<Member> _members;

    private FinalMembers(SimulatedClient client, GroupId group, SimulatedTopic topic)
    {
        (_client, _group, _topic) = (client, group, topic);
        _members =
        [
            .. Enumerable.Range(0, Members).Select(number => new Member(
                GroupRequests.InstanceOf($"final{client.Number}-{number}"),
                number == 0 ? new Subscription.Topics([topic.Name]) : MemberWishes.Everything)),
        ];
    }

    /// <summary>Lets every group come to rest.</summary>
    public static async Task RunAsync(ClientSurroundings clients)
    {
        if (clients.Topics.FirstOrDefault(static topic => !topic.IsChurned) is not { } topic)
        {
            return;
        }

        var used = clients.History.Operations
            .Select(static one =>
                (one.Request as Request.Subscribe)?.Group ?? (one.Request as Request.Heartbeat)?.Group)
            .Distinct().OfType<string>().Order(StringComparer.Ordinal).ToList();
        foreach (var group in used)
        {
            // A seat of its own, so that it is a client like any other to the history.
            var seat = new ClientSeat(clients, number: -1, turns: 0, client =>
                new FinalMembers(client, GroupRequests.GroupOf(group), topic).SettleAsync())
            { Timeout = Patience };
            await seat.RunAsync();
        }
    }

    private async Task SettleAsync()
    {
        var quiet = 0;
        for (var round = 0; round < RoundsMax && quiet < QuietRounds; round++)
        {
            var moved = false;
            foreach (var member in _members)
            {
                moved |= await BeatAsync(member);
            }

            quiet = moved || !IsWhole() ? 0 : quiet + 1;
            await _client.Process.Delay(Pause);
        }

        if (quiet < QuietRounds)
        {
            _client.Around.Report(new InvalidOperationException(
                $"Group {_group} does not come to rest though the world is healed: "
                + string.Join("; ", _members)));
            return;
        }

        // Topics that come and go may still go, as far as this client knows.
        ImmutableArray<SettledTopic> topics = [new(_topic.Id, _topic.PartitionCount)];
        _client.Around.History.Note(
            _client.Number,
            new Request.Settled(
                _group.Value, [.. _members.Select(one => new SettledMember(one.Id.Value, topics))], IsBalanced: true),
            _client.Around.Scheduler.Now);
    }

    // Whether it has something else than before, or does not know.
    private async Task<bool> BeatAsync(Member member)
    {
        var settings = new InstanceSettings("binary", AutoOffsetReset.Earliest, AutoCommit: false, _client.Timeout);
        var heartbeat = new GroupRequest.Heartbeat(member.Id, member.Epoch, settings, _client.Timeout)
        {
            Subscription = member.Subscription,
            Owned = member.Owned,
        };
        var answer = await _client.AskAsync(
            new Request.Heartbeat(
                _group.Value, member.Id.Value, member.Epoch, [.. member.Owned.Select(GroupRequests.Listed)]),
            (node, cancelled) => GroupRequests.HeartbeatAsync(node, _group, heartbeat, cancelled));
        var before = member.Owned;
        (member.Epoch, member.Owned) = answer switch
        {
            Answer.Assigned assigned => (
                assigned.Epoch,
                [.. assigned.Partitions.Select(GroupRequests.Named)]),
            Answer.Failed { Reason: Refusal.NotOwner } => (GroupRequest.Heartbeat.JoinEpoch, []),
            _ => (member.Epoch, member.Owned),
        };
        return answer is not Answer.Assigned || !before.SetEquals(member.Owned);
    }

    private bool IsWhole() => Enumerable.Range(0, _topic.PartitionCount)
        .All(index => _members.Count(one => one.Owned.Contains(new(_topic.Name, index))) == 1);

    private sealed class Member(InstanceId id, Subscription subscription)
    {
        public InstanceId Id { get; } = id;

        public Subscription Subscription { get; } = subscription;

        public int Epoch { get; set; }

        public ImmutableSortedSet<TopicPartition> Owned { get; set; } = [];

        public override string ToString() => $"{Id} in epoch {Epoch} has {string.Join(' ', Owned)}";
    }
}
