using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Tests.Groups.Assignors;

public sealed class RangeAssignorTests
{
    // The example in the documentation of Kafka's RangeAssignor.
    [Fact]
    public void Two_topics_of_three_partitions_go_to_two_members_as_in_Kafkas_documentation()
    {
        var group = Ranges("t0:3 t1:3", "C0: t0 t1", "C1: t0 t1");

        Assert.Equal("t0-0 t0-1 t1-0 t1-1", group["C0"]);
        Assert.Equal("t0-2 t1-2", group["C1"]);
    }

    [Fact]
    public void The_first_members_get_one_more()
    {
        var group = Ranges("t:10", "a: t", "b: t", "c: t", "d: t");

        Assert.Equal("t-0 t-1 t-2", group["a"]);
        Assert.Equal("t-3 t-4 t-5", group["b"]);
        Assert.Equal("t-6 t-7", group["c"]);
        Assert.Equal("t-8 t-9", group["d"]);
    }

    [Fact]
    public void More_members_than_partitions_leave_the_last_ones_idle()
    {
        var group = Ranges("t:2", "a: t", "b: t", "c: t");

        Assert.Equal("t-0", group["a"]);
        Assert.Equal("t-1", group["b"]);
        Assert.Equal("", group["c"]);
    }

    [Fact]
    public void A_topic_is_cut_only_for_those_who_are_subscribed_to_it()
    {
        var group = Ranges("t:4 u:2", "a: t", "b: t u", "c: u");

        Assert.Equal("t-0 t-1", group["a"]);
        Assert.Equal("t-2 t-3 u-0", group["b"]);
        Assert.Equal("u-1", group["c"]);
    }

    private static AssignedGroup Ranges(string topics, params IEnumerable<string> members) =>
        AssignedGroup.Of(topics, members).AssignedBy(AssignorNames.Range);
}
