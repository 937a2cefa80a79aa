using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class ExpiryTests
{
    [Fact]
    public void An_instance_lives_until_just_before_its_time_is_over()
    {
        var group = Some.Settled([Some.Topic("t", 1)], Some.Instance("a", Some.Topics("t")));

        var settled = group.Settle([Some.Topic("t", 1)], 299.999);

        Assert.Same(group, settled);
    }

    [Fact]
    public void At_exactly_its_time_it_is_gone_and_another_gets_its_partitions()
    {
        var topics = new[] { Some.Topic("t", 2) };
        var group = Some.Settled(
            topics,
            Some.Instance("a", Some.Topics("t")),
            Some.Instance("b", Some.Topics("t"), seenSecondsAfterNoon: 1));

        var settled = group.Settle(topics, 300);

        Assert.Equal(["b"], settled.Instances.Keys.Select(static id => id.Value));
        Assert.Equal("t-0 t-1", settled.Decide(new GroupRequest.Touch(Some.Id("b")), topics, 300).Accepted().Owned("b"));
        Assert.Equal(group.State.Epoch + 1, settled.State.Epoch);
    }

    [Fact]
    public void A_group_is_without_members_since_the_last_session_ended_and_not_since_somebody_noticed()
    {
        var group = Some.Settled(
            [],
            Some.Instance("a", Some.Topics("t"), seenSecondsAfterNoon: 1),
            Some.Instance("b", Some.Topics("t")));

        Assert.Equal(Some.Noon.AddSeconds(301), group.Settle([], 1_000_000).State.EmptySince);
    }

    [Fact]
    public void The_nodes_own_clock_ends_no_life()
    {
        var group = Some.Settled([], Some.Instance("a", Some.Topics("t")));
        var now = new StorageInstant(AtLeast: Some.Noon, Likely: Some.Noon.AddDays(1));

        Assert.Same(group, GroupMachine.Settle(group, [], now, new GroupSettings()));
    }

    [Fact]
    public void A_read_writes_a_sign_of_life_only_when_the_last_one_is_a_tenth_of_the_timeout_old()
    {
        var group = Some.Settled([], Some.Instance("a", Some.Topics("t")));
        var touch = new GroupRequest.Touch(Some.Id("a"));

        Assert.Same(group, group.Decide(touch, [], secondsAfterNoon: 29.999).Accepted());
        Assert.Equal(
            Some.Noon.AddSeconds(30),
            group.Decide(touch, [], secondsAfterNoon: 30).Accepted().Instances[Some.Id("a")].SeenAt);
    }

    [Fact]
    public void A_new_node_writes_a_sign_of_life_by_its_own_clock()
    {
        var group = Some.Settled([], Some.Instance("a", Some.Topics("t")));
        var now = new StorageInstant(AtLeast: Some.Noon, Likely: Some.Noon.AddSeconds(30));

        var touched = group.Decide(new GroupRequest.Touch(Some.Id("a")), [], now);

        Assert.NotSame(group.Instances[Some.Id("a")], touched.Accepted().Instances[Some.Id("a")]);
    }
}
