using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupStateTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 2)];

    [Fact]
    public void A_group_goes_from_empty_through_reconciling_to_stable_and_back()
    {
        var joined = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var second = joined.With(Some.Instance("b", Some.Topics("t")), Topics);
        var left = joined.Decide(new GroupRequest.Leave(Some.Id("a")), Topics).Accepted();

        Assert.Equal(GroupPhase.Empty, GroupState.Empty.Phase);
        Assert.Equal(GroupPhase.Stable, joined.State.Phase);
        Assert.Equal(GroupPhase.Reconciling, second.State.Phase);
        Assert.Equal(GroupPhase.Empty, left.State.Phase);
    }

    [Fact]
    public void The_owner_of_a_partition_is_found_and_of_one_that_is_not_there_there_is_none()
    {
        var state = Some.Settled(
            Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t"))).State;

        Assert.Equal(Some.Id("b"), state.OwnerOf(Some.Partition("t", 1))?.Id);
        Assert.Null(state.OwnerOf(Some.Partition("t", 2)));
        Assert.Null(state.OwnerOf(Some.Partition("u", 0)));
    }

    [Fact]
    public void A_member_is_shown_with_its_epoch_and_without_what_it_is_to_give_up()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")))
            .With(Some.Instance("b", Some.Topics("t")), Topics);

        var shown = group.Shown(Some.Id("a"))!;

        Assert.Equal(["t-0"], shown.Assignment.Keys.Select(static one => one.ToString()));
        Assert.Equal(group.State.Members[Some.Id("a")].Epoch, shown.Epoch);
        Assert.Null(group.Shown(Some.Id("c")));
        Assert.Null((group with { Instances = GroupDraft.Empty.Instances }).Shown(Some.Id("a")));
    }

    [Fact]
    public void Subscriptions_are_the_same_when_they_ask_for_the_same()
    {
        var (first, second) = (Some.Partition("t", 0), Some.Partition("t", 1));

        Assert.True(Some.Topics("t", "u").IsSameAs(Some.Topics("u", "t", "t")));
        Assert.False(Some.Topics("t").IsSameAs(Some.Topics("t", "u")));
        Assert.False(Some.Topics("t", "u").IsSameAs(Some.Topics("t")));
        Assert.True(Some.Pattern("t.*").IsSameAs(Some.Pattern("t.*")));
        Assert.False(Some.Pattern("t.*").IsSameAs(Some.Pattern("t.+")));
        Assert.False(Some.Pattern("t").IsSameAs(Some.Topics("t")));
        Assert.True(Some.Chosen(first, second).IsSameAs(Some.Chosen(second, first)));
        Assert.False(Some.Chosen(first).IsSameAs(Some.Chosen(second)));
        Assert.True(Subscription.None.Instance.IsSameAs(new Subscription.None()));
        Assert.False(Subscription.None.Instance.IsSameAs(Some.Topics("t")));
    }

    [Fact]
    public void A_share_grows_with_nobody_and_forgets_everybody_in_the_next_life()
    {
        var topic = new GroupTopic(Some.Name("t"), Topics[0].Id, 2, Some.Noon);
        var share = new TopicShare(topic, [1, 2], [1, TopicShare.Nobody]);
        var next = new GroupTopic(Some.Name("t"), Some.Topic("t", 1, life: 2).Id, 1, Some.Noon);

        Assert.Same(share, share.At(topic));
        var grown = share.At(topic with { PartitionCount = 3 });
        Assert.Equal([1, 2, TopicShare.Nobody], grown.Target);
        Assert.Equal([1, TopicShare.Nobody, TopicShare.Nobody], grown.Owners);
        Assert.Equal(3, grown.Topic.PartitionCount);
        Assert.Equal([TopicShare.Nobody], share.At(next).Target);
        Assert.Equal([TopicShare.Nobody], share.At(next).Owners);
    }

    [Fact]
    public void A_share_without_a_member_has_nobody_in_its_places()
    {
        var topic = new GroupTopic(Some.Name("t"), Topics[0].Id, 2, Some.Noon);

        var rest = new TopicShare(topic, [1, 2], [2, 1]).Without(2);

        Assert.Equal([1, TopicShare.Nobody], rest.Target);
        Assert.Equal([TopicShare.Nobody, 1], rest.Owners);
    }

    [Fact]
    public void A_topic_follows_more_partitions_and_later_lives_and_never_older_news()
    {
        var topic = new GroupTopic(Some.Name("t"), Topics[0].Id, 2, Some.Noon);
        var later = new GroupTopic(Some.Name("t"), Some.Topic("t", 1, life: 2).Id, 1, Some.Noon.AddDays(1));

        Assert.Same(topic, topic.Merge(topic with { PartitionCount = 1 }));
        Assert.Same(topic, topic.Merge(topic with { }));
        Assert.Equal(3, topic.Merge(topic with { PartitionCount = 3 }).PartitionCount);
        Assert.Same(later, topic.Merge(later));
        Assert.Same(later, later.Merge(topic));
    }
}
