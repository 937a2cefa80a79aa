using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Tests.Groups.Assignors;

public sealed class RoundRobinAssignorTests
{
    // Both examples in the documentation of Kafka's RoundRobinAssignor.
    [Fact]
    public void Two_topics_of_three_partitions_go_to_two_members_as_in_Kafkas_documentation()
    {
        var group = Dealt("t0:3 t1:3", "C0: t0 t1", "C1: t0 t1");

        Assert.Equal("t0-0 t0-2 t1-1", group["C0"]);
        Assert.Equal("t0-1 t1-0 t1-2", group["C1"]);
    }

    [Fact]
    public void Who_is_not_subscribed_is_passed_over_as_in_Kafkas_documentation()
    {
        var group = Dealt("t0:1 t1:2 t2:3", "C0: t0", "C1: t0 t1", "C2: t0 t1 t2");

        Assert.Equal("t0-0", group["C0"]);
        Assert.Equal("t1-0", group["C1"]);
        Assert.Equal("t1-1 t2-0 t2-1 t2-2", group["C2"]);
    }

    [Fact]
    public void A_topic_that_nobody_wants_does_not_use_up_a_turn()
    {
        var group = Dealt("t:1 u:3 v:1", "a: t v", "b: t v");

        Assert.Equal("t-0", group["a"]);
        Assert.Equal("v-0", group["b"]);
    }

    private static AssignedGroup Dealt(string topics, params IEnumerable<string> members) =>
        AssignedGroup.Of(topics, members).AssignedBy(AssignorNames.RoundRobin);
}
