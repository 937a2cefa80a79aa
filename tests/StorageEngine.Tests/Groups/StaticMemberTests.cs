using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>Members with a <c>group.instance.id</c> (KIP-345).</summary>
public sealed class StaticMemberTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 4)];

    [Fact]
    public void One_that_leaves_is_away_and_keeps_its_partitions()
    {
        var away = Leave(Two(), "a");

        Assert.Equal(Some.Noon, away.State.Members[Some.Id("a")].AwaySince);
        Assert.DoesNotContain(Some.Id("a"), away.Instances.Keys);
        Assert.Equal([0, 0, 1, 1], away.State.Topics["t"].Owners);
        Assert.Equal([0, 0, 1, 1], away.State.Topics["t"].Target);
    }

    [Fact]
    public void One_that_is_away_does_and_is_nothing()
    {
        var away = Leave(Two(), "a");

        Assert.Equal(GroupError.InstanceNotFound, away.Decide(new GroupRequest.Poll(Some.Id("a")), Topics).Refused());
        Assert.Equal(GroupError.InstanceNotFound, away.Decide(new GroupRequest.Leave(Some.Id("a")), Topics).Refused());
        Assert.Null(away.Shown(Some.Id("a")));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("c")]
    public void One_that_comes_back_has_what_it_had_under_whatever_name_and_nobody_else_notices(string name)
    {
        var group = Two();

        var back = Create(Leave(group, "a"), name, "s").Accepted();

        Assert.Equal("t-0 t-1", back.Owned(name));
        Assert.Equal(group.State.Epoch, back.State.Epoch);
        Assert.Equal(group.State.Topics["t"], back.State.Topics["t"]);
        Assert.Equal(2, back.State.Members.Count);
        Assert.Null(back.State.Members[Some.Id(name)].AwaySince);
    }

    [Fact]
    public void One_that_comes_back_goes_on_at_the_committed_offsets()
    {
        var group = Two();
        var seek = new GroupRequest.Seek(
            Some.Id("a"), new Dictionary<Offsets.TopicPartition, long> { [Some.Partition("t", 0)] = 9 });

        var back = Create(Leave(group.Decide(seek, Topics).Accepted(), "a"), "c", "s").Accepted();

        Assert.All(back.Instances[Some.Id("c")].Assignment.Values, one => Assert.Null(one.Position));
        Assert.All(back.Instances[Some.Id("c")].Assignment.Values, one => Assert.Equal(Topics[0].Id, one.Topic));
    }

    [Fact]
    public void One_that_comes_back_wants_what_it_wanted()
    {
        var back = Create(Leave(Two(), "a"), "c", "s").Accepted();

        Assert.True(back.State.Members[Some.Id("c")].Subscription.IsSameAs(Some.Topics("t")));
        Assert.True(back.Instances[Some.Id("c")].Subscription.IsSameAs(Some.Topics("t")));
    }

    [Fact]
    public void One_that_stays_away_is_expelled_when_its_session_is_over_and_not_before()
    {
        var away = Leave(Two(), "a").Decide(new GroupRequest.Poll(Some.Id("b")), Topics, 290).Accepted();

        Assert.Equal(2, away.Settle(Topics, 299.999).State.Members.Count);
        Assert.Equal([Some.Id("b")], away.Settle(Topics, 300).State.Members.Keys);
    }

    [Fact]
    public void One_that_is_away_is_not_expelled_for_what_it_cannot_give_up()
    {
        var settings = new GroupSettings { RebalanceTimeout = TimeSpan.FromSeconds(10) };
        var group = Leave(
            Some.Settled(Topics, Some.Instance("a", Some.Topics("t")) with { Settings = Static("s") })
                .With(Some.Instance("b", Some.Topics("t")), Topics),
            "a");

        Assert.NotNull(group.State.Members[Some.Id("a")].RevokingSince);
        Assert.Equal(2, GroupMachine.Settle(group, Topics, Some.At(299), settings).State.Members.Count);
    }

    [Fact]
    public void A_second_client_with_the_same_name_takes_over_from_a_living_one_which_is_fenced()
    {
        var taken = Create(Two(), "c", "s").Accepted();

        Assert.Equal("t-0 t-1", taken.Owned("c"));
        Assert.Equal(GroupError.InstanceNotFound, taken.Decide(new GroupRequest.Poll(Some.Id("a")), Topics).Refused());
    }

    [Fact]
    public void Two_that_are_away_leave_nothing_behind_when_one_name_and_the_others_place_are_taken()
    {
        var group = Leave(Leave(
            Some.Settled(
                Topics,
                Some.Instance("a", Some.Topics("t")) with { Settings = Static("s") },
                Some.Instance("b", Some.Topics("t")) with { Settings = Static("r") }),
            "a"), "b");

        var back = Create(group, "a", "r").Accepted();
        back = back.Decide(new GroupRequest.Poll(Some.Id("a")), Topics).Accepted();

        Assert.Equal("t-0 t-1 t-2 t-3", back.Owned("a"));
        Assert.Single(back.State.Members);
    }

    [Fact]
    public void One_may_have_the_name_of_a_dynamic_member()
    {
        var group = Some.Settled(
            Topics,
            Some.Instance("a", Some.Topics("t")) with { Settings = Static("b") },
            Some.Instance("b", Some.Topics("t")));

        Assert.Equal("t-0 t-1", group.Owned("a"));
        Assert.Equal("t-2 t-3", group.Owned("b"));
    }

    [Fact]
    public void The_order_of_members_is_that_of_their_lasting_names()
    {
        var group = Some.Settled(
            Topics,
            Some.Instance("z", Some.Topics("t")) with { Settings = Static("a") },
            Some.Instance("b", Some.Topics("t")));

        Assert.Equal("t-0 t-1", group.Owned("z"));
    }

    private static GroupDraft Two() => Some.Settled(
        Topics,
        Some.Instance("a", Some.Topics("t")) with { Settings = Static("s") },
        Some.Instance("b", Some.Topics("t")) with { Settings = Static("t") });

    private static InstanceSettings Static(string name) => Some.Settings() with { GroupInstanceId = Some.Id(name) };

    private static GroupDraft Leave(GroupDraft group, string id) =>
        group.Decide(new GroupRequest.Leave(Some.Id(id)), Topics).Accepted();

    private static GroupDecision Create(GroupDraft group, string id, string name) =>
        group.Decide(new GroupRequest.Create(Some.Id(id), Static(name), Some.Timeout, Stamp: 7), Topics);
}
