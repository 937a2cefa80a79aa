using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Members that joined with a heartbeat: their clients read by themselves.</summary>
public sealed class HeartbeatMemberTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];
    private static readonly InstanceId A = Some.Id("a");

    [Fact]
    public void Only_a_heartbeat_gives_up_what_the_client_of_a_heartbeat_member_may_still_read()
    {
        var group = Joined().With(Some.Instance("b", Some.Topics("t")), Topics);

        var looked = group.Decide(new GroupRequest.Touch(A), Topics).Accepted()
            .Decide(new GroupRequest.Poll(A), Topics).Accepted()
            .Decide(new GroupRequest.Commit(A, null), Topics).Accepted();

        Assert.True(looked.State.Revokes(looked.State.Members[A].Number));
        var kept = looked.Shown(A)!.Assignment.Keys;
        var spoken = looked.Decide(Beat(looked.State.Members[A].Epoch) with { Owned = [.. kept] }, Topics).Accepted();
        Assert.False(spoken.State.Revokes(spoken.State.Members[A].Number));
    }

    private static GroupDraft Joined() => GroupDraft.Empty
        .Decide(Beat(GroupRequest.Heartbeat.JoinEpoch) with { Subscription = Some.Topics("t") }, Topics).Accepted();

    private static GroupRequest.Heartbeat Beat(int epoch) => new(A, epoch, Some.Settings(), Some.Timeout);
}
