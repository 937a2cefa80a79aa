using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class SubscribeTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];

    [Fact]
    public void The_subscription_itself_brings_the_partitions()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Subscription.None.Instance));

        var subscribed = Subscribe(group, Some.Topics("t")).Accepted();

        Assert.Equal("t-0 t-1", subscribed.Owned("a"));
    }

    [Fact]
    public void Topics_a_pattern_and_chosen_partitions_exclude_one_another()
    {
        var chosen = Some.Settled(Topics, Some.Instance("a", Some.Chosen(Some.Partition("t", 0))));
        var named = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));

        Assert.Equal(GroupError.SubscriptionTypeConflict, Subscribe(chosen, Some.Topics("t")).Refused());
        Assert.Equal(GroupError.SubscriptionTypeConflict, Subscribe(named, Some.Pattern("t")).Refused());
        Assert.Equal(
            GroupError.SubscriptionTypeConflict, Subscribe(named, Some.Chosen(Some.Partition("t", 0))).Refused());
    }

    [Fact]
    public void After_unsubscribing_any_kind_is_possible()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));

        var free = Subscribe(group, Subscription.None.Instance).Accepted();

        Assert.Equal("", free.Owned("a"));
        Assert.Equal("t-1", Subscribe(free, Some.Chosen(Some.Partition("t", 1))).Accepted().Owned("a"));
    }

    [Fact]
    public void A_topic_that_is_created_later_is_assigned_then()
    {
        var group = Some.Settled([], Some.Instance("a", Some.Topics("t")));

        Assert.Equal("", group.Owned("a"));
        Assert.Equal("t-0 t-1", group.Decide(new GroupRequest.Touch(Some.Id("a")), Topics).Accepted().Owned("a"));
    }

    [Fact]
    public void An_older_answer_about_a_topic_takes_no_partition_back()
    {
        var group = Some.Settled([Some.Topic("t", 4)], Some.Instance("a", Some.Topics("t")));

        Assert.Same(group, group.Settle([Some.Topic("t", 2)], 1));
    }

    [Fact]
    public void The_next_life_of_a_topic_starts_without_positions_and_the_former_does_not_come_back()
    {
        var group = Some.Settled([Some.Topic("t", 1)], Some.Instance("a", Some.Topics("t")));
        group = Seek(group, 7);

        Topic[] later = [Some.Topic("t", 1, life: 2)];
        var next = group.Decide(new GroupRequest.Touch(Some.Id("a")), later).Accepted();

        Assert.Null(next.Instances[Some.Id("a")].Assignment[Some.Partition("t", 0)].Position);
        Assert.Same(next, next.Settle([Some.Topic("t", 1, life: 1)], 1));
    }

    [Fact]
    public void A_partition_that_stays_keeps_its_position_and_one_that_moved_away_and_back_does_not()
    {
        var group = Seek(Some.Settled(Topics, Some.Instance("b", Some.Topics("t"))), 7, 8);
        var joined = group.With(Some.Instance("a", Some.Topics("t")), Topics);
        var shared = joined.Decide(new GroupRequest.Poll(Some.Id("b")), Topics).Accepted();

        var alone = shared.Decide(new GroupRequest.Leave(Some.Id("a")), Topics).Accepted()
            .Decide(new GroupRequest.Poll(Some.Id("b")), Topics).Accepted();

        Assert.Equal([null, 8], Positions(alone, "b"));
    }

    [Fact]
    public void More_partitions_than_a_transaction_can_move_are_refused()
    {
        var many = new[] { Some.Topic("t", GroupLimits.PartitionsMax), Some.Topic("u", 1) };
        var group = Some.Settled(many, Some.Instance("a", Subscription.None.Instance));

        Assert.Equal("", Subscribe(group, Subscription.None.Instance, many).Accepted().Owned("a"));
        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, Some.Topics("t"), many));
        Assert.Equal(GroupError.SubscriptionTooLarge, Subscribe(group, Some.Topics("t", "u"), many).Refused());
    }

    [Fact]
    public void Growth_beyond_the_limit_waits_and_takes_nothing_away()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Pattern(".*")));
        Topic[] grown = [Some.Topic("big", GroupLimits.PartitionsMax), .. Topics];

        Assert.Equal("t-0 t-1", group.Settle(grown, 1).Owned("a"));
    }

    [Fact]
    public void Growth_of_one_topic_beyond_the_limit_takes_no_other_topic_away()
    {
        const int Half = GroupLimits.PartitionsMax / 2;
        Topic[] halves = [Some.Topic("a", Half), Some.Topic("b", Half)];
        var group = Some.Settled(halves, Some.Instance("m", Some.Topics("a", "b")));

        var grown = group.Settle([Some.Topic("a", Half + 1), Some.Topic("b", Half)], 1);

        Assert.Equal(["a", "b"], grown.State.Topics.Keys);
    }

    [Fact]
    public void A_group_has_room_for_1000_members()
    {
        var group = GroupDraft.Empty;
        for (var count = 0; count < GroupLimits.InstancesMax; count++)
        {
            group = Create(group, $"i{count}").Accepted();
        }

        Assert.Equal(GroupError.GroupFull, Create(group, "one more").Refused());
    }

    [Fact]
    public void A_name_can_be_taken_once_but_the_same_request_may_ask_twice()
    {
        var group = Create(GroupDraft.Empty, "a", stamp: 1).Accepted();

        Assert.Equal(GroupError.InstanceExists, Create(group, "a", stamp: 2).Refused());
        Assert.Same(group, Create(group, "a", stamp: 1).Accepted());
    }

    [Theory]
    [InlineData("a)|(b")]
    [InlineData("(")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)b")]
    [InlineData("((((a{9}){9}){9}){9}){9}")]
    public void A_pattern_that_is_no_expression_or_could_run_for_ever_is_no_pattern(string text) =>
        Assert.False(TopicPattern.TryParse(text, out _, out _));

    [Theory]
    [InlineData("orders", true)]
    [InlineData("orders.eu", true)]
    [InlineData("my.orders", false)]
    public void A_pattern_matches_whole_names(string topic, bool matches) =>
        Assert.Equal(matches, Some.Pattern("orders(\\..*)?").Wants(Some.Name(topic)));

    private static GroupDecision Subscribe(
        GroupDraft group, Subscription subscription, IReadOnlyCollection<Topic>? topics = null) =>
        group.Decide(new GroupRequest.Subscribe(Some.Id("a"), subscription), topics ?? Topics);

    private static GroupDecision Create(GroupDraft group, string id, long stamp = 0) =>
        group.Decide(new GroupRequest.Create(Some.Id(id), Some.Settings(), Some.Timeout, stamp), []);

    private static GroupDraft Seek(GroupDraft group, params long[] offsets)
    {
        var id = group.Instances.Keys.Single();
        var positions = group.Instances[id].Assignment.Keys.Zip(offsets, KeyValuePair.Create);
        var seek = new GroupRequest.Seek(id, new Dictionary<TopicPartition, long>(positions));
        return group.Decide(seek, Topics).Accepted();
    }

    private static IEnumerable<long?> Positions(GroupDraft group, string id) =>
        group.Instances[Some.Id(id)].Assignment.Values.Select(static one => one.Position);
}
