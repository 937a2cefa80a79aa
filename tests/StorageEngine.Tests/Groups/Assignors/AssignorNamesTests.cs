using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups.Assignors;

namespace Serverless.StorageEngine.Tests.Groups.Assignors;

public sealed class AssignorNamesTests
{
    [Fact]
    public void Three_assignors_are_found_by_Kafkas_names() =>
        Assert.Equal(["cooperative-sticky", "range", "roundrobin"], AssignorNames.All);

    [Theory]
    [InlineData("cooperative-sticky", typeof(CooperativeStickyAssignor))]
    [InlineData("range", typeof(RangeAssignor))]
    [InlineData("roundrobin", typeof(RoundRobinAssignor))]
    public void A_name_finds_its_assignor(string name, Type assignor) =>
        Assert.IsType(assignor, AssignorNames.Find(name));

    [Theory]
    [InlineData("Range")]
    [InlineData("sticky")]
    [InlineData("")]
    public void Another_name_finds_none(string name) => Assert.Null(AssignorNames.Find(name));

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")]
    [InlineData("roundrobin")]
    public void Members_out_of_order_are_a_bug_and_not_another_assignment(string name)
    {
        var input = AssignedGroup.Of("t:1", "a: t", "b: t").Input;
        var turned = input with { Members = [input.Members[1], input.Members[0]] };

        Assert.Throws<InvariantViolatedException>(() => AssignorNames.Find(name)!.Assign(turned));
    }

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")]
    [InlineData("roundrobin")]
    public void Topics_out_of_order_are_a_bug_and_not_another_assignment(string name)
    {
        var input = AssignedGroup.Of("t:1 u:1", "a: t u").Input;
        var turned = input with { Topics = [input.Topics[1], input.Topics[0]] };

        Assert.Throws<InvariantViolatedException>(() => AssignorNames.Find(name)!.Assign(turned));
    }
}
