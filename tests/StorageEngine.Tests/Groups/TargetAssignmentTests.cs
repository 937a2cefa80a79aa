using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Groups.Assignors;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class TargetAssignmentTests
{
    [Fact]
    public void The_assignor_is_the_one_that_most_members_prefer()
    {
        Assert.Equal(AssignorNames.Range, Preferring("range", "roundrobin", "range").State.Assignor);
        Assert.Equal(AssignorNames.RoundRobin, Preferring("range", "roundrobin", "roundrobin").State.Assignor);
    }

    [Fact]
    public void Of_assignors_that_equally_many_prefer_the_first_by_name_is_taken() => Assert.Equal(
        AssignorNames.CooperativeSticky, Preferring("range", "cooperative-sticky", null).State.Assignor);

    [Fact]
    public void A_group_without_preference_is_shared_out_cooperatively() =>
        Assert.Equal(AssignorNames.CooperativeSticky, Preferring(null, null).State.Assignor);

    [Fact]
    public void The_assignor_shares_the_partitions_out()
    {
        Topic[] topics = [Some.Topic("t", 4)];

        Assert.Equal("t-0 t-1", Sharing(topics, "range", "range").Owned("m0"));
        Assert.Equal("t-0 t-2", Sharing(topics, "roundrobin", "roundrobin").Owned("m0"));
    }

    [Fact]
    public void A_topic_that_appears_grows_or_goes_raises_the_epoch()
    {
        var group = Some.Settled([Some.Topic("t", 1)], Some.Instance("a", Some.Pattern(".*")));

        var grown = group.Settle([Some.Topic("t", 2)], 1);
        var more = grown.Settle([Some.Topic("t", 2), Some.Topic("u", 1)], 2);
        var less = more.Settle([Some.Topic("u", 1)], 3);

        Assert.Equal(group.State.Epoch + 1, grown.State.Epoch);
        Assert.Equal(group.State.Epoch + 2, more.State.Epoch);
        Assert.Equal(group.State.Epoch + 3, less.State.Epoch);
        Assert.Equal(["u"], less.State.Topics.Keys);
        Assert.Equal(less.State.Epoch, less.State.AssignmentEpoch);
    }

    [Fact]
    public void A_partition_that_is_added_has_nobody_until_its_member_asks()
    {
        var group = Some.Settled([Some.Topic("t", 1)], Some.Instance("a", Some.Topics("t")));

        var grown = group.Settle([Some.Topic("t", 2)], 1);

        Assert.Equal([0, TopicShare.Nobody], grown.State.Topics["t"].Owners);
        Assert.Equal([0, 0], grown.State.Topics["t"].Target);
        Assert.Equal(GroupPhase.Reconciling, grown.State.Phase);
    }

    [Fact]
    public void A_topics_next_life_has_nobody_until_its_member_asks()
    {
        var group = Some.Settled([Some.Topic("t", 2)], Some.Instance("a", Some.Topics("t")));

        var next = group.Settle([Some.Topic("t", 1, life: 2)], 1);

        Assert.Equal([TopicShare.Nobody], next.State.Topics["t"].Owners);
        Assert.Equal("t-0", next.Decide(new GroupRequest.Touch(Some.Id("a")), [Some.Topic("t", 1, life: 2)])
            .Accepted().Owned("a"));
    }

    [Fact]
    public void What_the_group_reads_already_goes_before_what_comes_new()
    {
        var group = Some.Settled([Some.Topic("z", GroupLimits.PartitionsMax)], Some.Instance("a", Some.Pattern(".*")));

        var next = group.Settle([Some.Topic("a", 1), Some.Topic("z", GroupLimits.PartitionsMax)], 1);

        Assert.Equal(["z"], next.State.Topics.Keys);
    }

    [Fact]
    public void Of_too_many_new_topics_the_first_by_name_are_read()
    {
        var topics = Topics(GroupLimits.TopicsMax);
        var group = Some.Settled(topics[1..], Some.Instance("a", Some.Pattern(".*")));

        var full = group.Settle(topics, 1);
        var over = full.Settle([.. topics, Some.Topic("s", 1)], 2);

        Assert.Equal(GroupLimits.TopicsMax, full.State.Topics.Count);
        Assert.Same(full, over);
    }

    [Fact]
    public void A_group_that_has_outgrown_its_limits_lets_members_come_and_unsubscribe()
    {
        Topic[] grown = [Some.Topic("a", GroupLimits.PartitionsMax), Some.Topic("b", 1)];
        var group = Some.Settled([Some.Topic("b", 1)], Some.Instance("a", Some.Pattern(".*"))).Settle(grown, 1)
            .With(Some.Instance("b", Subscription.None.Instance), grown);

        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, "b", Some.Pattern(".*"), grown));
        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, "b", Some.Chosen(Some.Partition("b", 0)), grown));
        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, "a", Subscription.None.Instance, grown));
        Assert.Equal(GroupError.SubscriptionTooLarge, Subscribe(group, "b", Some.Topics("b"), grown).Refused());
    }

    [Fact]
    public void Whoever_unsubscribes_first_in_a_group_that_has_outgrown_its_limits_is_let_go()
    {
        Topic[] grown = [Some.Topic("a", GroupLimits.PartitionsMax), Some.Topic("b", 1)];
        var group = Some.Settled(
            [Some.Topic("b", 1)], Some.Instance("a", Some.Pattern(".*")), Some.Instance("b", Some.Pattern(".*")));

        Assert.IsType<GroupDecision.Accepted>(
            Subscribe(group.Settle(grown, 1), "a", Subscription.None.Instance, grown));
    }

    [Fact]
    public void One_member_may_choose_as_many_partitions_as_a_group_may_read_and_no_more()
    {
        var group = GroupDraft.Empty.With(Some.Instance("a", Subscription.None.Instance), []);
        var most = Enumerable.Range(0, GroupLimits.PartitionsMax)
            .Select(static at => Some.Partition("t", at)).ToArray();

        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, "a", Some.Chosen(most), []));
        Assert.Equal(
            GroupError.SubscriptionTooLarge,
            Subscribe(group, "a", Some.Chosen([.. most, Some.Partition("t", most.Length)]), []).Refused());
    }

    [Fact]
    public void All_different_subscriptions_together_have_a_limit()
    {
        var group = GroupDraft.Empty;
        var count = 0;
        while (Subscribe(Created(group, count), $"m{count}", Long(count), [])
            is GroupDecision.Accepted { Next: var next })
        {
            (group, count) = (next, count + 1);
        }

        Assert.Equal(GroupLimits.NamesCharactersMax / Long(0).Characters, count);
        Assert.IsType<GroupDecision.Accepted>(Subscribe(Created(group, count), $"m{count}", Long(0), []));
    }

    [Fact]
    public void As_many_topics_as_allowed_may_be_wanted_and_no_more()
    {
        var topics = Topics(GroupLimits.TopicsMax + 1);
        var group = GroupDraft.Empty.With(Some.Instance("a", Subscription.None.Instance), []);

        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, "a", Some.Pattern(".*"), topics[1..]));
        Assert.Equal(GroupError.SubscriptionTooLarge, Subscribe(group, "a", Some.Pattern(".*"), topics).Refused());
    }

    private static Topic[] Topics(int count) =>
        [.. Enumerable.Range(0, count).Select(static at => Some.Topic($"t{at:D3}", 1))];

    private static Subscription Long(int number) => Some.Topics(
        [.. Enumerable.Range(0, 24).Select(at => $"{number:D4}-{at:D4}-{new string('x', 230)}")]);

    private static GroupDraft Created(GroupDraft group, int number) =>
        group.With(Some.Instance($"m{number}", Subscription.None.Instance), []);

    private static GroupDecision Subscribe(
        GroupDraft group, string id, Subscription subscription, IReadOnlyCollection<Topic> topics) =>
        group.Decide(new GroupRequest.Subscribe(Some.Id(id), subscription), topics);

    private static GroupDraft Preferring(params string?[] assignors) => Sharing([], assignors);

    private static GroupDraft Sharing(Topic[] topics, params string?[] assignors) => Some.Settled(
        topics,
        [
            .. assignors.Select(static (assignor, at) => Some.Instance($"m{at}", Some.Topics("t")) with
            {
                Settings = Some.Settings() with { Assignor = assignor },
            }),
        ]);
}
