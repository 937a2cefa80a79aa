using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class MembershipTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 4)];

    [Fact]
    public void The_number_of_a_member_that_has_gone_is_given_to_the_next_one()
    {
        var group = Some.Settled(
            Topics,
            Some.Instance("a", Some.Topics("t")),
            Some.Instance("b", Some.Topics("t")),
            Some.Instance("c", Some.Topics("t")));

        var next = Leave(group, "b").With(Some.Instance("d", Some.Topics("t")), Topics);

        Assert.Equal([0, 2, 1], next.State.Members.Values.Select(static one => one.Number));
    }

    [Fact]
    public void A_new_member_of_the_number_of_one_that_left_has_nothing_of_its_partitions()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));

        var next = Create(Leave(group, "b"), "c").Accepted();

        Assert.Equal("", next.Owned("c"));
    }

    [Fact]
    public void A_member_that_leaves_raises_the_epoch_and_frees_what_it_had()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));

        var next = Leave(group, "b");

        Assert.Equal(group.State.Epoch + 1, next.State.Epoch);
        Assert.Equal(next.State.Epoch, next.State.AssignmentEpoch);
        Assert.Equal([0, 0, TopicShare.Nobody, TopicShare.Nobody], next.State.Topics["t"].Owners);
        Assert.Equal([0, 0, 0, 0], next.State.Topics["t"].Target);
    }

    [Fact]
    public void A_group_is_empty_from_when_its_last_member_left_until_the_next_one_comes()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("t")));

        var one = group.Decide(new GroupRequest.Leave(Some.Id("a")), Topics, 10).Accepted();
        var none = one.Decide(new GroupRequest.Leave(Some.Id("b")), Topics, 20).Accepted();

        Assert.Null(one.State.EmptySince);
        Assert.Equal(Some.Noon.AddSeconds(20), none.State.EmptySince);
        Assert.Null(Create(none, "c").Accepted().State.EmptySince);
    }

    [Fact]
    public void No_member_has_the_epoch_with_which_clients_join()
    {
        var group = Create(GroupDraft.Empty, "a").Accepted();

        Assert.True(group.State.Members[Some.Id("a")].Epoch > GroupRequest.Heartbeat.JoinEpoch);
    }

    [Fact]
    public void An_assignor_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var settings = Some.Settings() with { Assignor = "lottery" };

        var refused = Assert.IsType<GroupDecision.Refused>(Create(GroupDraft.Empty, "a", settings));

        Assert.Equal(GroupError.InvalidRequest, refused.Error);
        Assert.Contains("'lottery'", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("cooperative-sticky", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_too_long_together_fill_a_group()
    {
        var group = GroupDraft.Empty;
        var count = 0;
        while (Create(group, Long(count)) is GroupDecision.Accepted { Next: var next })
        {
            (group, count) = (next, count + 1);
        }

        Assert.Equal(GroupLimits.MembersBytesMax / (GroupLimits.MemberBytes + InstanceId.BytesMax), count);
        Assert.Equal(GroupError.GroupFull, Create(group, Long(count)).Refused());
    }

    [Fact]
    public void Who_takes_a_place_over_under_a_longer_name_needs_room_for_it()
    {
        var group = Create(GroupDraft.Empty, "a", Static("s")).Accepted();
        var count = 0;
        while (Create(group, Long(count)) is GroupDecision.Accepted { Next: var next })
        {
            (group, count) = (next, count + 1);
        }

        Assert.Equal(GroupError.GroupFull, Create(group, Long(count), Static("s")).Refused());
        Assert.IsType<GroupDecision.Accepted>(Create(group, "b", Static("s")));
    }

    [Fact]
    public void A_full_group_lets_a_static_member_come_back()
    {
        var group = Create(GroupDraft.Empty, "a", Static("s")).Accepted();
        for (var count = 1; count < GroupLimits.InstancesMax; count++)
        {
            group = Create(group, $"i{count}").Accepted();
        }

        Assert.IsType<GroupDecision.Accepted>(Create(group, "b", Static("s")));
    }

    [Fact]
    public void Only_a_group_without_members_is_deleted()
    {
        var group = Create(GroupDraft.Empty, "a").Accepted();

        Assert.Equal(GroupError.GroupNotEmpty, group.Decide(new GroupRequest.Delete(), []).Refused());
        var gone = Leave(group, "a").Decide(new GroupRequest.Delete(), []).Accepted();
        Assert.True(gone.State.Deleting);
        Assert.Equal(GroupPhase.Dead, gone.State.Phase);
    }

    [Fact]
    public void Nothing_but_its_deletion_happens_to_a_group_that_is_being_deleted()
    {
        var group = GroupDraft.Empty.Decide(new GroupRequest.Delete(), []).Accepted();

        Assert.Same(group, group.Decide(new GroupRequest.Delete(), []).Accepted());
        Assert.Equal(GroupError.GroupDeleting, Create(group, "a").Refused());
        Assert.Equal(GroupError.GroupDeleting, group.Decide(GroupWorld.Joining("a", "t"), Topics).Refused());
        Assert.Equal(GroupError.GroupDeleting, group.Decide(new GroupRequest.Alter([], []), []).Refused());
    }

    [Fact]
    public void A_member_whose_row_was_not_read_is_not_decided_about()
    {
        var group = Create(GroupDraft.Empty, "a", Static("s")).Accepted();
        var unread = group with { Instances = GroupDraft.Empty.Instances };

        Assert.Equal(Some.Id("a"), Needed(unread.Decide(new GroupRequest.Touch(Some.Id("a")), [])));
        Assert.Equal(Some.Id("a"), Needed(Create(unread, "a")));
        Assert.Equal(Some.Id("a"), Needed(Create(unread, "b", Static("s"))));
    }

    [Fact]
    public void Members_that_want_the_same_share_one_subscription()
    {
        var group = Some.Settled(
            Topics, Some.Instance("a", Some.Topics("t", "u")), Some.Instance("b", Some.Topics("u", "t")));

        Assert.Same(
            group.State.Members[Some.Id("a")].Subscription, group.State.Members[Some.Id("b")].Subscription);
    }

    [Fact]
    public void To_subscribe_to_the_same_again_changes_no_epoch()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t", "u")));

        var again = group.Decide(new GroupRequest.Subscribe(Some.Id("a"), Some.Topics("u", "t")), Topics).Accepted();

        Assert.Equal(group.State.Epoch, again.State.Epoch);
    }

    [Fact]
    public void A_subscription_of_more_characters_than_allowed_is_refused()
    {
        var group = Create(GroupDraft.Empty, "a").Accepted();
        var names = Enumerable.Range(0, GroupLimits.SubscriptionCharactersMax / 16)
            .Select(static at => $"topic.{at:D7}").ToArray();

        Assert.IsType<GroupDecision.Accepted>(Subscribe(group, Some.Topics(names)));
        Assert.Equal(GroupError.SubscriptionTooLarge, Subscribe(group, Some.Topics([.. names, "x"])).Refused());
    }

    private static GroupDecision Subscribe(GroupDraft group, Subscription subscription) =>
        group.Decide(new GroupRequest.Subscribe(Some.Id("a"), subscription), []);

    private static string Long(int number) => $"{number:D4}{new string('x', InstanceId.BytesMax - 4)}";

    private static InstanceSettings Static(string name) => Some.Settings() with { GroupInstanceId = Some.Id(name) };

    private static InstanceId Needed(GroupDecision decision) =>
        Assert.IsType<GroupDecision.NeedsRow>(decision).Instance;

    private static GroupDraft Leave(GroupDraft group, string id) =>
        group.Decide(new GroupRequest.Leave(Some.Id(id)), Topics).Accepted();

    private static GroupDecision Create(GroupDraft group, string id, InstanceSettings? settings = null) => group.Decide(
        new GroupRequest.Create(Some.Id(id), settings ?? Some.Settings(), Some.Timeout, Stamp: 7), []);
}
