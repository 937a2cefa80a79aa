using System.Collections.Immutable;
using CsCheck;
using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Tests.Groups.Assignors;

public sealed class AssignorProperties
{
    private const string Sticky = AssignorNames.CooperativeSticky;

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")]
    [InlineData("roundrobin")]
    public void Every_wanted_partition_has_one_owner_who_wants_it_and_every_other_has_none(string name) =>
        Groups.Sample(group =>
        {
            var assigned = group.AssignedBy(name);

            foreach (var (partition, topic, owner) in assigned.Partitions())
            {
                var isWanted = group.Input.Members.Any(member => member.Topics.Contains(topic));
                Assert.True(owner < 0 ? !isWanted : group.Input.Members[owner].Topics.Contains(topic), partition);
            }
        });

    [Fact]
    public void No_partition_could_go_to_a_subscriber_with_at_least_two_fewer() =>
        Groups.Sample(static group => AssertBalanced(group.AssignedBy(Sticky)));

    [Fact]
    public void What_is_balanced_stays_as_it_is() =>
        Groups.Sample(static group =>
        {
            var assigned = group.AssignedBy(Sticky);

            Assert.Equal(0, assigned.AssignedBy(Sticky).MovedSince(assigned));
        });

    [Fact]
    public void Members_with_equal_subscriptions_have_equally_many_give_or_take_one() =>
        EqualGroups.Sample(static group =>
        {
            var assigned = group.AssignedBy(Sticky);

            var loads = group.Input.Members.Select((_, member) => assigned.Load(member)).ToList();
            Assert.InRange(loads.Max() - loads.Min(), 0, 1);
        });

    // With P partitions and M members, P mod M of them may have one more than P / M. The most that can stay is
    // therefore P / M at everyone, and one more at as many of those that have more.
    [Fact]
    public void With_equal_subscriptions_the_moves_are_the_fewest_that_balance() =>
        EqualGroups.Sample(static group =>
        {
            var had = group.Input.Members.Select((_, member) => group.Load(member)).ToList();
            var (each, extra) = Math.DivRem(group.Partitions().Count(), had.Count);
            var staying = had.Sum(load => Math.Min(load, each)) + Math.Min(extra, had.Count(load => load > each));

            Assert.Equal(had.Sum() - staying, group.AssignedBy(Sticky).MovedSince(group));
        });

    // Kafka's own words for it, member by member.
    [Fact]
    public void Round_robin_deals_to_one_member_after_the_other() =>
        Groups.Sample(static group =>
        {
            var (members, turn) = (group.Input.Members, 0);
            foreach (var (partition, topic, owner) in group.AssignedBy(AssignorNames.RoundRobin).Partitions())
            {
                if (members.Any(member => member.Topics.Contains(topic)))
                {
                    while (!members[turn % members.Length].Topics.Contains(topic))
                    {
                        turn++;
                    }

                    Assert.True(owner == turn++ % members.Length, partition);
                }
            }
        });

    private static Gen<AssignedGroup> Groups { get; } = GroupsWhere(Gen.Int[0, 63]);

    private static Gen<AssignedGroup> EqualGroups { get; } =
        GroupsWhere(Gen.Const(63)).Where(static group => group.Input.Members.Length > 0);

    /// <param name="subscriptions">Each bit stands for one topic.</param>
    private static Gen<AssignedGroup> GroupsWhere(Gen<int> subscriptions) =>
        from partitions in Gen.Int[0, 12].Array[0, 6]
        from subscribed in subscriptions.Array[0, 9]
        from owners in Gen.Int[-1, subscribed.Length - 1].Array[0, 12].Array[partitions.Length]
        select new AssignedGroup(new AssignmentInput(
            [.. partitions.Select(static (count, topic) => new AssignmentTopic($"t{topic}", count))],
            [.. subscribed.Select((bits, member) => Member(member, bits, partitions.Length))],
            [.. owners.Select(static one => one.ToImmutableArray())]));

    private static AssignmentMember Member(int place, int bits, int topics) => new(
        $"m{place}", [.. Enumerable.Range(0, topics).Where(topic => (bits & (1 << topic)) != 0)]);

    private static void AssertBalanced(AssignedGroup group)
    {
        var members = group.Input.Members;
        var loads = members.Select((_, member) => group.Load(member)).ToList();
        foreach (var (partition, topic, owner) in group.Partitions().Where(static one => one.Owner >= 0))
        {
            var lightest = members.Select(static (member, place) => (member, place))
                .Where(one => one.member.Topics.Contains(topic))
                .Min(one => loads[one.place]);
            Assert.True(loads[owner] - lightest < 2, partition);
        }
    }
}
