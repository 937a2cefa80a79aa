using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class GroupOwnershipTests
{
    [Fact]
    public void A_partition_is_its_owners_until_it_is_given_up()
    {
        var topics = new[] { Some.Topic("t", 2) };
        var group = Some.Settled(topics, Some.Instance("a", Some.Topics("t")))
            .With(Some.Instance("b", Some.Topics("t")), topics);

        var ownership = Of(group);

        Assert.Equal("t-0 t-1", string.Join(' ', ownership.ByMember[Some.Id("a")]));
        Assert.Empty(ownership.ByMember[Some.Id("b")]);
        Assert.Equal(Some.Id("a"), ownership.ByPartition[Some.Partition("t", 1)].Id);
    }

    [Fact]
    public void What_members_have_chosen_themselves_is_theirs_and_may_be_several_members()
    {
        var topics = new[] { Some.Topic("t", 3) };
        var group = Some.Settled(
            topics,
            Some.Instance("a", Some.Chosen(Some.Partition("t", 2))),
            Some.Instance("b", Some.Chosen(Some.Partition("t", 2), Some.Partition("t", 0))));

        var ownership = Of(group);

        Assert.Equal("t-2", string.Join(' ', ownership.ByMember[Some.Id("a")]));
        Assert.Equal("t-0 t-2", string.Join(' ', ownership.ByMember[Some.Id("b")]));
        Assert.Equal(Some.Id("a"), ownership.ByPartition[Some.Partition("t", 2)].Id);
        Assert.False(ownership.ByPartition.ContainsKey(Some.Partition("t", 1)));
    }

    private static GroupOwnership Of(GroupDraft group) => GroupOwnership.Of(new GroupDescription(
        Some.Group("g"),
        group.State,
        group.Instances,
        new Dictionary<TopicPartition, CommittedOffset>()));
}
