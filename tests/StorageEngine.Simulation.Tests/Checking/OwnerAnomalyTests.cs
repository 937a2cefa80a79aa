using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Histories;
using static Serverless.StorageEngine.Simulation.Tests.Checking.GroupRows;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Who has which partition, and how it changes hands.</summary>
public sealed class OwnerAnomalyTests
{
    private static readonly Request Poll = new Request.GroupPoll(Name, "a");

    [Fact]
    public void A_partition_has_one_owner_in_the_rows_of_group_and_members() =>
        Assert.Empty(Check([Group(1, "a b", 0, 1), Member("a", 0), Member("b", 1)]));

    [Fact]
    public void A_partition_in_the_rows_of_two_members_has_two_owners() =>
        Assert.Equal([AnomalyKind.TwoOwners], Check([Group(1, "a b", 0), Member("a", 0), Member("b", 0)]));

    [Fact]
    public void A_partition_that_a_member_has_and_the_group_gave_to_nobody_may_get_a_second_owner() =>
        Assert.Equal([AnomalyKind.TwoOwners], Check([Group(1, "a", -1), Member("a", 0)]));

    [Fact]
    public void A_topic_that_the_group_no_longer_reads_may_still_stand_in_a_members_row() =>
        Assert.Empty(Check([Group(1, "a"), Member("a", 0)]));

    [Fact]
    public void Partitions_that_clients_chose_themselves_may_be_shared() =>
        Assert.Empty(Check([Group(1, "a B", 0), Member("a", 0), Member("B", 0)]));

    [Fact]
    public void A_static_member_that_is_away_keeps_its_partition_without_a_row() =>
        Assert.Empty(Check([Group(1, "a", 0), Member("a", 0)], [Group(1, "a", 0), Gone("a")]));

    [Fact]
    public void A_partition_of_a_member_that_is_gone_may_be_given_to_another() =>
        Assert.Empty(Check(
            [Group(1, "a", 0), Member("a", 0)], [Group(2, "b", -1), Gone("a")], [Group(2, "b", 0), Member("b", 0)]));

    [Fact]
    public void A_member_that_asks_for_something_may_lose_what_it_has() =>
        Assert.Empty(Asked(Poll).Check());

    [Fact]
    public void A_member_that_asks_for_nothing_keeps_what_it_has() =>
        Assert.Equal(
            [AnomalyKind.NotGivenUp],
            Check([Group(1, "a b", 0), Member("a", 0)], [Group(2, "a b", -1), Member("a")]));

    [Fact]
    public void A_heartbeat_gives_up_what_it_does_not_list() => Assert.Empty(Asked(Beat([])).Check());

    [Fact]
    public void A_heartbeat_keeps_what_it_lists() =>
        Assert.Equal([AnomalyKind.NotGivenUp], Asked(Beat([new ListedPartition("orders", 0)])).Check());

    [Fact]
    public void A_heartbeat_that_lists_nothing_at_all_keeps_what_it_has() =>
        Assert.Equal([AnomalyKind.NotGivenUp], Asked(Beat(null)).Check());

    [Fact]
    public void A_request_that_was_answered_before_gives_nothing_up() =>
        Assert.Equal(
            [AnomalyKind.NotGivenUp],
            new Story().Store(Group(1, "a b", 0), Member("a", 0)).Say(Beat([]), new Answer.Done())
                .Store(Group(2, "a b", -1), Member("a")).Check());

    [Fact]
    public void A_group_at_rest_has_an_owner_for_every_partition() =>
        Assert.Empty(Settled(Group(1, "a b", 0, 1, 1), partitions: 3));

    [Fact]
    public void A_partition_without_an_owner_in_a_group_at_rest_is_forgotten() =>
        Assert.Equal([AnomalyKind.UnownedPartition], Settled(Group(1, "a b", 0, 1, -1), partitions: 3));

    [Fact]
    public void A_partition_that_the_group_does_not_know_is_forgotten_too() =>
        Assert.Equal([AnomalyKind.UnownedPartition], Settled(Group(1, "a b", 0, 1), partitions: 3));

    [Fact]
    public void A_partition_of_a_member_that_should_be_gone_is_forgotten_as_well() =>
        Assert.Equal([AnomalyKind.UnownedPartition], Settled(Group(1, "a b c", 0, 1, 2), partitions: 3));

    [Fact]
    public void A_member_with_two_more_than_another_that_wants_them_too_has_too_many() =>
        Assert.Equal([AnomalyKind.Unbalanced], Settled(Group(1, "a b", 0, 0, 0, 1), partitions: 4));

    private static Request.Heartbeat Beat(System.Collections.Immutable.ImmutableArray<ListedPartition>? owned) =>
        new(Name, "a", 1, owned);

    // The partition is taken from a while the request is open.
    private static Story Asked(Request request)
    {
        var story = new Story().Store(Group(1, "a b", 0), Member("a", 0));
        var open = story.Ask(request);
        return story.Store(Group(2, "a b", -1), Member("a")).Answer(open, new Answer.Done());
    }

    private static IReadOnlyList<AnomalyKind> Settled(KeyValuePair<string, byte[]?> group, int partitions) =>
        new Story().Store(group).Say(
            new Request.Settled(
                Name,
                [
                    new SettledMember("a", [new SettledTopic(Story.Topic, partitions)]),
                    new SettledMember("b", [new SettledTopic(Story.Topic, partitions)]),
                ],
                IsBalanced: true),
            new Answer.Done()).Check();
}
