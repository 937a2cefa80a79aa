using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>How a member gets from what it has to what it should have.</summary>
public sealed class ReconciliationTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 4)];
    private static readonly InstanceId A = Some.Id("a");

    [Fact]
    public void What_is_to_be_given_up_is_not_shown_although_it_is_still_owned()
    {
        var group = Revoking(Read(Alone(), 2, 3));

        Assert.Equal("t-0 t-1", group.Owned("a"));
        Assert.Equal(4, group.Instances[A].Assignment.Count);
        Assert.All(group.State.Topics["t"].Owners, static owner => Assert.Equal(0, owner));
    }

    [Fact]
    public void A_look_gives_up_what_nobody_has_read_from_and_keeps_what_is_not_committed()
    {
        var group = Touch(Revoking(Read(Alone(), 3)));

        Assert.Equal([0, 0, TopicShare.Nobody, 0], group.State.Topics["t"].Owners);
        Assert.Equal(3, group.Instances[A].Assignment.Count);
        Assert.NotNull(group.State.Members[A].RevokingSince);
    }

    [Fact]
    public void A_read_gives_up_everything_of_a_client_that_commits_by_itself()
    {
        var decision = Assert.IsType<GroupDecision.Accepted>(Poll(Revoking(Read(Alone(), 3))));

        Assert.Equal([0, 0, TopicShare.Nobody, TopicShare.Nobody], decision.Next.State.Topics["t"].Owners);
        Assert.Empty(decision.Commits);
        Assert.Null(decision.Next.State.Members[A].RevokingSince);
    }

    [Fact]
    public void A_read_with_auto_commit_commits_what_it_gives_up_and_nothing_else()
    {
        var decision = Assert.IsType<GroupDecision.Accepted>(Poll(Revoking(Read(Alone(autoCommit: true), 0, 3))));

        Assert.Equal([(3, 13L)], decision.Commits.Select(static one => (one.Partition.Partition, one.Offset)));
        Assert.Equal([0, 0, TopicShare.Nobody, TopicShare.Nobody], decision.Next.State.Topics["t"].Owners);
        Assert.True(decision.Next.Instances[A].Assignment[Some.Partition("t", 0)].Uncommitted);
    }

    [Fact]
    public void More_uncommitted_partitions_than_a_transaction_takes_go_in_several_reads()
    {
        const int Many = (2 * GroupLimits.OffsetsPerTransactionMax) + 10;
        Topic[] topics = [Some.Topic("t", Many)];
        var group = Some.Settled(
            topics, Some.Instance("a", Some.Topics("t")) with { Settings = Some.Settings(autoCommit: true) });
        group = Without(Read(group, topics, [.. Enumerable.Range(0, Many)]), "t");
        var committed = new List<int>();

        for (var read = 0; read < 3; read++)
        {
            var decision = Assert.IsType<GroupDecision.Accepted>(group.Decide(new GroupRequest.Poll(A), topics));
            committed.AddRange(decision.Commits.Select(static one => one.Partition.Partition));
            group = decision.Next;
            Assert.Equal(Many - committed.Count, group.Instances[A].Assignment.Count);
        }

        Assert.Equal(Enumerable.Range(0, Many), committed.Order());
    }

    [Fact]
    public void Nothing_is_taken_before_everything_is_given_up()
    {
        var group = Some.Settled(
            Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));
        group = Swapped(Read(group, 0), Some.Id("b"));

        var touched = Touch(group);
        var polled = Poll(touched).Accepted();

        Assert.Equal(["t-0"], touched.Instances[A].Assignment.Keys.Select(static one => one.ToString()));
        Assert.Equal("t-2 t-3", polled.Owned("a"));
    }

    [Fact]
    public void What_changes_ones_partitions_sets_the_epoch_and_keeps_the_one_before()
    {
        var before = Alone();
        var group = Poll(Revoking(before)).Accepted();

        Assert.Equal(group.State.AssignmentEpoch, group.State.Members[A].Epoch);
        Assert.Equal(before.State.Members[A].Epoch, group.State.Members[A].PreviousEpoch);
        Assert.Same(group, Poll(group).Accepted());
    }

    [Fact]
    public void Positions_of_a_partition_that_stays_stay()
    {
        var group = Poll(Revoking(Read(Alone(), 0, 3))).Accepted();

        Assert.Equal(
            [10, null], group.Instances[A].Assignment.Values.Select(static one => one.Position));
    }

    [Fact]
    public void A_member_that_keeps_what_it_should_give_up_is_expelled_after_the_rebalance_time_out()
    {
        var session = TimeSpan.FromHours(1);
        var join = GroupWorld.Joining("a", "t") with { SessionTimeout = session };
        var group = GroupDraft.Empty.Decide(join, Topics).Accepted();
        group = group.Decide(
            GroupWorld.Joining("b", "t") with { SessionTimeout = session }, Topics, secondsAfterNoon: 60).Accepted();

        Assert.Equal(Some.Noon.AddSeconds(60), group.State.Members[A].RevokingSince);
        Assert.Null(group.State.Members[Some.Id("b")].RevokingSince);
        Assert.Equal(2, group.Settle(Topics, 359.999).State.Members.Count);
        Assert.Equal([Some.Id("b")], group.Settle(Topics, 360).State.Members.Keys);
    }

    [Fact]
    public void Later_changes_do_not_put_the_rebalance_time_out_off()
    {
        var group = Revoking(Alone(), at: 60);

        var later = group.Decide(
            new GroupRequest.Create(Some.Id("c"), Some.Settings(), Some.Timeout, 0), Topics, 90).Accepted()
            .Decide(new GroupRequest.Subscribe(Some.Id("c"), Some.Topics("t")), Topics, 90).Accepted();

        Assert.Equal(Some.Noon.AddSeconds(60), later.State.Members[A].RevokingSince);
    }

    [Fact]
    public void When_the_partitions_are_its_own_again_the_rebalance_time_out_is_off()
    {
        var group = Revoking(Alone(), at: 60);

        var alone = group.Decide(new GroupRequest.Leave(Some.Id("b")), Topics, 61).Accepted();

        Assert.Null(alone.State.Members[A].RevokingSince);
        Assert.Equal("t-0 t-1 t-2 t-3", alone.Owned("a"));
    }

    [Fact]
    public void Chosen_partitions_are_the_clients_and_the_group_shares_out_the_same_ones_to_others()
    {
        var group = Some.Settled(
            Topics,
            Some.Instance("a", Some.Chosen(Some.Partition("t", 0), Some.Partition("t", 9))),
            Some.Instance("b", Some.Topics("t")));

        Assert.Equal("t-0 t-9", group.Owned("a"));
        Assert.Equal("t-0 t-1 t-2 t-3", group.Owned("b"));
        Assert.Equal(Topics[0].Id, group.Instances[A].Assignment[Some.Partition("t", 0)].Topic);
        Assert.Same(group, Touch(group));
    }

    [Fact]
    public void A_chosen_partition_that_stays_chosen_keeps_its_position()
    {
        var group = Read(Some.Settled(Topics, Some.Instance("a", Some.Chosen(Some.Partition("t", 0)))), 0);

        var more = group.Decide(
            new GroupRequest.Subscribe(A, Some.Chosen(Some.Partition("t", 0), Some.Partition("t", 1))),
            Topics).Accepted();

        Assert.Equal([10, null], more.Instances[A].Assignment.Values.Select(static one => one.Position));
    }

    [Fact]
    public void A_chosen_partition_of_a_topics_next_life_begins_anew()
    {
        var group = Read(Some.Settled(Topics, Some.Instance("a", Some.Chosen(Some.Partition("t", 0)))), 0);
        Topic[] later = [Some.Topic("t", 4, life: 2)];

        var next = group.Decide(new GroupRequest.Touch(A), later).Accepted();

        Assert.Equal(
            AssignedPartition.Start(later[0].Id), next.Instances[A].Assignment[Some.Partition("t", 0)]);
        Assert.Same(next, next.Decide(new GroupRequest.Touch(A), []).Accepted());
    }

    [Fact]
    public void Who_unsubscribes_and_chooses_in_one_step_keeps_nothing_of_what_was_shared()
    {
        var group = Some.Settled(
            Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));
        GroupRequest[] requests =
        [
            new GroupRequest.Subscribe(A, Subscription.None.Instance),
            new GroupRequest.Subscribe(A, Some.Chosen(Some.Partition("t", 1))),
        ];

        var plan = GroupMachine.Decide(group, group, requests, Topics, Some.At(0));

        Assert.Equal("t-1", plan.Next.Owned("a"));
        Assert.Empty(plan.Next.State.Owned(0, wanted: false));
        Assert.Null(plan.Next.State.Members[A].RevokingSince);
        Assert.True(plan.Next.State.Members[A].Epoch > group.State.Members[A].Epoch);
    }

    private static GroupDraft Alone(bool autoCommit = false) => Some.Settled(
        Topics, Some.Instance("a", Some.Topics("t")) with { Settings = Some.Settings(autoCommit) });

    // b is to get two of the four partitions of a.
    private static GroupDraft Revoking(GroupDraft group, double at = 0) =>
        group.With(Some.Instance("b", Some.Topics("t"), at), Topics);

    private static GroupDraft Touch(GroupDraft group) =>
        group.Decide(new GroupRequest.Touch(A), Topics).Accepted();

    private static GroupDecision Poll(GroupDraft group) => group.Decide(new GroupRequest.Poll(A), Topics);

    private static GroupDraft Read(GroupDraft group, params int[] partitions) => Read(group, Topics, partitions);

    // A read up to offset 10 plus the partition's number.
    private static GroupDraft Read(GroupDraft group, Topic[] topics, params int[] partitions) => group with
    {
        Instances = group.Instances.SetItem(A, group.Instances[A] with
        {
            Assignment = group.Instances[A].Assignment.SetItems(partitions.Select(one => KeyValuePair.Create(
                Some.Partition("t", one),
                new AssignedPartition(topics[0].Id, 10 + one, Uncommitted: true)))),
        }),
    };

    // a should have what b has given up, and nothing of what it has.
    private static GroupDraft Swapped(GroupDraft group, InstanceId other)
    {
        var share = group.State.Topics["t"];
        var number = group.State.Members[other].Number;
        return group with
        {
            State = group.State with
            {
                Topics = group.State.Topics.SetItem("t", share with
                {
                    Target = [number, number, 0, 0],
                    Owners = [0, 0, TopicShare.Nobody, TopicShare.Nobody],
                }),
            },
        };
    }

    private static GroupDraft Without(GroupDraft group, string topic) => group with
    {
        State = group.State with
        {
            Topics = group.State.Topics.SetItem(topic, group.State.Topics[topic] with
            {
                Target = [.. group.State.Topics[topic].Target.Select(static _ => TopicShare.Nobody)],
            }),
        },
    };
}
