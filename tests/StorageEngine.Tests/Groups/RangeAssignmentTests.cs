using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class RangeAssignmentTests
{
    // The example in the documentation of Kafka's RangeAssignor: two consumers, two topics of three partitions.
    [Fact]
    public void Two_topics_of_three_partitions_go_to_two_consumers_as_in_Kafkas_documentation()
    {
        var group = Some.Settled(
            [Some.Topic("t0", 3), Some.Topic("t1", 3)],
            Some.Instance("C0", Some.Topics("t0", "t1")),
            Some.Instance("C1", Some.Topics("t0", "t1")));

        Assert.Equal("t0-0 t0-1 t1-0 t1-1", group.Owned("C0"));
        Assert.Equal("t0-2 t1-2", group.Owned("C1"));
    }

    [Fact]
    public void More_consumers_than_partitions_leave_the_last_ones_idle()
    {
        var group = Some.Settled(
            [Some.Topic("t", 2)],
            Some.Instance("a", Some.Topics("t")),
            Some.Instance("b", Some.Topics("t")),
            Some.Instance("c", Some.Topics("t")));

        Assert.Equal("t-0", group.Owned("a"));
        Assert.Equal("t-1", group.Owned("b"));
        Assert.Equal("", group.Owned("c"));
    }

    [Fact]
    public void A_topic_is_shared_only_by_those_who_subscribed_to_it()
    {
        var group = Some.Settled(
            [Some.Topic("t", 4), Some.Topic("u", 2)],
            Some.Instance("a", Some.Topics("t")),
            Some.Instance("b", Some.Topics("t", "u")),
            Some.Instance("c", Some.Pattern("u.*")));

        Assert.Equal("t-0 t-1", group.Owned("a"));
        Assert.Equal("t-2 t-3 u-0", group.Owned("b"));
        Assert.Equal("u-1", group.Owned("c"));
    }

    [Theory]
    [InlineData(0, 0, 3)]
    [InlineData(1, 3, 3)]
    [InlineData(2, 6, 2)]
    [InlineData(3, 8, 2)]
    public void The_first_ones_get_one_more(int index, int first, int count) =>
        Assert.Equal((first, count), RangeAssignment.Share(partitionCount: 10, subscriberCount: 4, index));
}
