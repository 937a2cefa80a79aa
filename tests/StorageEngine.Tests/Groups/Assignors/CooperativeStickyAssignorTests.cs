using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Tests.Groups.Assignors;

public sealed class CooperativeStickyAssignorTests
{
    private const string Sticky = AssignorNames.CooperativeSticky;

    // The first example in the documentation of Kafka's StickyAssignor: three members, four topics of two partitions.
    [Fact]
    public void Who_stays_keeps_all_it_has_when_another_leaves()
    {
        const string Topics = "t0:2 t1:2 t2:2 t3:2";
        var before = AssignedGroup.Of(Topics, "C0: t0 t1 t2 t3", "C1: t0 t1 t2 t3", "C2: t0 t1 t2 t3")
            .AssignedBy(Sticky);
        Assert.Equal("t0-0 t1-1 t3-0", before["C0"]);
        Assert.Equal("t0-1 t2-0 t3-1", before["C1"]);
        Assert.Equal("t1-0 t2-1", before["C2"]);

        var after = before.Become(AssignedGroup.Of(Topics, "C0: t0 t1 t2 t3", "C2: t0 t1 t2 t3")).AssignedBy(Sticky);

        Assert.Equal("t0-0 t0-1 t1-1 t3-0", after["C0"]);
        Assert.Equal("t1-0 t2-0 t2-1 t3-1", after["C2"]);
    }

    // The second one: where round robin gives 1, 1 and 4 partitions.
    [Fact]
    public void Different_subscriptions_are_balanced_as_in_Kafkas_documentation()
    {
        var group = AssignedGroup.Of("t0:1 t1:2 t2:3", "C0: t0", "C1: t0 t1", "C2: t0 t1 t2").AssignedBy(Sticky);

        Assert.Equal("t0-0", group["C0"]);
        Assert.Equal("t1-0 t1-1", group["C1"]);
        Assert.Equal("t2-0 t2-1 t2-2", group["C2"]);
    }

    [Fact]
    public void A_member_that_comes_gets_its_share_evenly_from_all_topics()
    {
        var before = AssignedGroup.Of("t:4 u:4", "a: t u").AssignedBy(Sticky);

        var after = before.Become(AssignedGroup.Of("t:4 u:4", "a: t u", "b: t u")).AssignedBy(Sticky);

        Assert.Equal("t-1 t-3 u-1 u-3", after["a"]);
        Assert.Equal("t-0 t-2 u-0 u-2", after["b"]);
    }

    [Fact]
    public void New_partitions_go_to_those_with_the_fewest_and_nothing_else_moves()
    {
        var before = AssignedGroup.Of("t:3", "a: t", "b: t").AssignedBy(Sticky);

        var after = before.Become(AssignedGroup.Of("t:6", "a: t", "b: t")).AssignedBy(Sticky);

        Assert.Equal("t-0 t-2 t-3", after["a"]);
        Assert.Equal("t-1 t-4 t-5", after["b"]);
    }

    [Fact]
    public void A_partition_leaves_a_member_that_is_not_subscribed_any_more()
    {
        var before = AssignedGroup.Of("t:2 u:2", "a: t u", "b: t u").AssignedBy(Sticky);
        Assert.Equal("t-0 u-0", before["a"]);

        var after = before.Become(AssignedGroup.Of("t:2 u:2", "a: t", "b: t u")).AssignedBy(Sticky);

        Assert.Equal("t-0 t-1", after["a"]);
        Assert.Equal("u-0 u-1", after["b"]);
    }

    [Fact]
    public void A_topic_loses_its_owners_when_nobody_wants_it_any_more()
    {
        var before = AssignedGroup.Of("t:1 u:2", "a: t u").AssignedBy(Sticky);

        var after = before.Become(AssignedGroup.Of("t:1 u:2", "a: t")).AssignedBy(Sticky);

        Assert.Equal("t-0", after["a"]);
    }

    // a can only give to b, and b only to c: the second pool has to be looked at again after the first.
    [Fact]
    public void A_load_goes_on_through_members_that_share_a_topic_with_each_neighbour_alone()
    {
        string[] members = ["a: t", "b: t u", "c: u"];
        var before = AssignedGroup.Of("t:9 u:9", "a: t", "b: u").AssignedBy(Sticky);

        var after = before.Become(AssignedGroup.Of("t:9 u:9", members)).AssignedBy(Sticky);

        Assert.Equal((7, 6, 5), (after.Load(0), after.Load(1), after.Load(2)));
    }

    // c can only go to x, so b goes to y: were b dealt out first, x would have to give a-0 away afterwards.
    [Fact]
    public void New_partitions_that_only_one_member_wants_displace_none_that_it_has()
    {
        string[] members = ["x: a b c", "y: a b", "z: a"];
        var before = new AssignedGroup(
            AssignedGroup.Of("a:4 b:2 c:2", members).Input with { Current = [[0, 1, 2, 2], [], []] });

        var after = before.AssignedBy(Sticky);

        Assert.Equal(0, after.MovedSince(before));
        Assert.Equal("a-0 c-0 c-1", after["x"]);
        Assert.Equal("a-1 b-0 b-1", after["y"]);
    }

    [Fact]
    public void The_owners_of_a_topic_that_shrank_may_still_be_listed()
    {
        var group = AssignedGroup.Of("t:4", "a: t", "b: t").AssignedBy(Sticky);

        var after = new AssignedGroup(group.Input with { Topics = [new AssignmentTopic("t", 2)] }).AssignedBy(Sticky);

        Assert.Equal("t-0", after["a"]);
        Assert.Equal("t-1", after["b"]);
    }
}
