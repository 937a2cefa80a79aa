using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>A group too large to be read whole each time changes between the reads of its rows.</summary>
public sealed class ReadOrderTests
{
    private static readonly GroupId Group = Some.Group("g");
    private static readonly InstanceId A = Some.Id("a");
    private static readonly InstanceId B = Some.Id("b");
    private static readonly TopicPartition First = Some.Partition("t", 0);
    private static readonly GroupSettings Settings = new() { WholeMembersMax = 1 };

    private readonly FakeTimeProvider _time = new(Some.Noon);
    private readonly SimulatedTableStore _tables;
    private int _seed;

    public ReadOrderTests() => _tables = new SimulatedTableStore(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_does_not_pass_under_an_epoch_that_ends_while_its_rows_are_read()
    {
        await Catalog().CreateAsync(Some.Name("t"), 2, [], validateOnly: false, Token);
        var (node, rival) = (Node(), Node());
        var epoch = (await BeatAsync(node, A, 0)).Epoch;
        await BeatAsync(node, B, 0);
        _tables.Interception.Before = async call =>
        {
            if (call.RowKey?.StartsWith("instance|", StringComparison.Ordinal) == true)
            {
                _tables.Interception.Before = null;
                var kept = (await BeatAsync(rival, A, epoch)).Assignment.Keys;
                await BeatAsync(rival, A, epoch, [.. kept]);
            }
        };

        var outcome = await node.CommitAsync(Group, A, epoch, [new PartitionOffset(First, 5, "")], Token);

        Assert.Null(_tables.Interception.Before);
        Assert.Equal(GroupError.StaleMemberEpoch, Assert.IsType<GroupOutcome.Refused>(outcome).Error);
    }

    private static async Task<ConsumerInstance> BeatAsync(
        GroupCoordinator node, InstanceId member, int epoch, TopicPartition[]? owned = null)
    {
        var heartbeat = new GroupRequest.Heartbeat(member, epoch, Some.Settings(), TimeSpan.FromSeconds(45))
        {
            Subscription = Some.Topics("t"),
            Owned = owned is null ? null : [.. owned],
        };
        return Assert.IsType<GroupOutcome.Done>(await node.ExecuteAsync(Group, heartbeat, Token)).Instance!;
    }

    private GroupCoordinator Node() => new(_tables, Catalog(), Settings, _time, new Random(++_seed));

    private TopicCatalog Catalog() => new(
        _tables, static (_, _, _) => ValueTask.CompletedTask, new TopicCatalogSettings(), _time, new Random(++_seed));
}
