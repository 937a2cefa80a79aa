using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Requests of one member that share a step, because the first one's client had given up waiting.</summary>
public sealed class SharedStepTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 1)];
    private static readonly InstanceId Member = Some.Id("a");

    public static TheoryData<GroupRequest> Requests =>
    [
        new GroupRequest.Poll(Member),
        new GroupRequest.Touch(Member),
        new GroupRequest.Commit(Member, [new PartitionOffset(Some.Partition("t", 0), 5, "")]),
        new GroupRequest.Seek(Member, ImmutableDictionary<TopicPartition, long>.Empty),
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public void What_a_member_asks_in_the_step_in_which_it_leaves_is_refused_and_not_passed_over(GroupRequest request)
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));

        var plan = GroupMachine.Decide(group, group, [request, new GroupRequest.Leave(Member)], Topics, Some.At(0));

        Assert.Equal(GroupError.InstanceNotFound, plan.Decisions[0].Refused());
        Assert.IsType<GroupDecision.Accepted>(plan.Decisions[1]);
        Assert.Empty(plan.Commits);
    }
}
