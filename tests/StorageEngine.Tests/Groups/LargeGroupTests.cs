using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>As many members and partitions as a group may have.</summary>
public sealed class LargeGroupTests
{
    // Steps of requests that meet, one for the first that comes, and one for a remainder.
    private const int StepsMax = (GroupLimits.InstancesMax / GroupLimits.RequestsPerStepMax) + 2;

    private readonly GroupWorld _world = new();

    [Fact]
    public async Task A_thousand_members_share_ten_thousand_partitions_out_in_a_bounded_number_of_table_operations()
    {
        await _world.CreateTopicAsync("t", GroupLimits.PartitionsMax);
        var node = _world.Node();
        IReadOnlyList<ConsumerInstance> members = [];

        var joining = await _world.CostAsync(() => _world.JoinManyAsync(node, GroupLimits.InstancesMax, "t"));
        for (var round = 0; round < 3; round++)
        {
            // A page holds a thousand rows, and the group has one row more; then its own row is read again.
            var beating = await _world.CostAsync(async () => members = await BeatAsync(node, members));
            Assert.InRange(beating.Transactions, 0, StepsMax);
            Assert.InRange(beating.Reads, 1, 3 * StepsMax);
        }

        Assert.InRange(joining.Transactions, 1, StepsMax + 1);
        Assert.All(members, static one => Assert.Equal(10, one.Assignment.Count));
        Assert.Equal(
            GroupLimits.PartitionsMax, members.SelectMany(static one => one.Assignment.Keys).Distinct().Count());
    }

    // Every member says what it has, if it knows that, and hears what it may have.
    private async Task<IReadOnlyList<ConsumerInstance>> BeatAsync(
        GroupCoordinator node, IReadOnlyList<ConsumerInstance> members)
    {
        var outcomes = await _world.TogetherAsync(
            node,
            [
                .. Enumerable.Range(0, GroupLimits.InstancesMax).Select(at => members.Count == 0
                    ? (GroupRequest)new GroupRequest.Poll(Some.Id($"m{at:D4}"))
                    : new GroupRequest.Heartbeat(members[at].Id, members[at].Epoch, Some.Settings(), Some.Timeout)
                    {
                        Owned = [.. members[at].Assignment.Keys],
                    }),
            ]);
        return [.. outcomes.Select(static one => one.Instance!)];
    }
}
