using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>A member of the group; takes no time to give partitions up.</summary>
/// <param name="world">Where.</param>
/// <param name="number">Which member, and which node serves it.</param>
internal sealed class MeasuredMember(GroupWorld world, int number)
{
    private readonly GroupWorld.Node _node = world.NodeOf(number);
    private readonly InstanceId _id = InstanceId.TryParse($"member-{number:d4}", out var id, out var problem)
        ? id
        : throw new ArgumentException(problem);

    private int _epoch;
    private ImmutableSortedSet<TopicPartition> _owned = [];
    private long _committed;

    /// <summary>Its name.</summary>
    public string Name => _id.Value;

    /// <summary>Whether it says nothing any more.</summary>
    public bool IsKilled { get; set; }

    /// <summary>Says every so often that it lives, and at once when it has given something up.</summary>
    public async Task BeatAsync(TimeSpan interval, TimeSpan session)
    {
        while (!IsKilled)
        {
            var began = world.Now;
            var before = _owned;
            await BeatOnceAsync(session);
            if (before.Except(_owned).IsEmpty)
            {
                await world.Process.Delay(Positive(interval - (world.Now - began)));
            }
        }
    }

    /// <summary>One heartbeat.</summary>
    public async Task BeatOnceAsync(TimeSpan session)
    {
        var heartbeat = new GroupRequest.Heartbeat(_id, _epoch, Settings(), session)
        {
            Subscription = Wanted,
            Owned = _owned,
        };
        var member = await DoneAsync(_node.Groups.ExecuteAsync(GroupWorld.Group, heartbeat, default));
        (_epoch, _owned) = (member!.Epoch, [.. member.Assignment.Keys]);
    }

    /// <summary>Joins as an instance of v2.</summary>
    public async Task JoinAsync()
    {
        await DoneAsync(_node.Groups.CreateAsync(GroupWorld.Group, _id, Settings(), default));
        await DoneAsync(_node.Groups.ExecuteAsync(GroupWorld.Group, new GroupRequest.Subscribe(_id, Wanted), default));
    }

    /// <summary>Does for the group what a read of v2 begins with, every so often.</summary>
    public async Task PollAsync(TimeSpan interval)
    {
        while (!IsKilled)
        {
            await DoneAsync(_node.Groups.ExecuteAsync(GroupWorld.Group, new GroupRequest.Poll(_id), default));
            await world.Process.Delay(interval);
        }
    }

    /// <summary>One read of v2, of one record if there is any.</summary>
    public async Task ReadOnceAsync(TimeSpan wait) => Assert.IsType<ReadOutcome.Records>(await _node.Reader.ReadAsync(
        GroupWorld.Group, _id, _ => new ReadRequest(wait, BytesMax: 1, static _ => null), default));

    /// <summary>One commit of one partition that it has; nothing without any.</summary>
    public async Task CommitOnceAsync()
    {
        var member = await DoneAsync(_node.Groups.CommitAsync(
            GroupWorld.Group, _id, [new PartitionOffset(new(GroupWorld.Topic, Own), ++_committed, "")], default));
        Assert.NotNull(member);
    }

    /// <summary>The partition that it commits.</summary>
    public int Own { get; set; }

    /// <summary>The partitions that it has, as the group says.</summary>
    public async Task<IReadOnlyList<int>> AssignmentAsync() =>
    [
        .. (await DoneAsync(_node.Groups.ExecuteAsync(GroupWorld.Group, new GroupRequest.Poll(_id), default)))!
            .Assignment.Keys.Select(static one => one.Partition),
    ];

    private static Subscription Wanted { get; } = new Subscription.Topics([GroupWorld.Topic]);

    private static InstanceSettings Settings() =>
        new("binary", AutoOffsetReset.Earliest, AutoCommit: false, TimeSpan.FromSeconds(1));

    private static async Task<ConsumerInstance?> DoneAsync(ValueTask<GroupOutcome> asked) =>
        Assert.IsType<GroupOutcome.Done>(await asked).Instance;

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
