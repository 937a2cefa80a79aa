using System.Collections.Immutable;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>How many requests one transaction serves.</summary>
public sealed class GroupPlanTests
{
    private static readonly Topic[] Topics = [Some.Topic("t", 100)];
    private static readonly InstanceId A = Some.Id("a");

    [Fact]
    public void As_many_rows_as_a_transaction_takes_fit_beside_the_groups_own()
    {
        var most = Created(TableLimits.TransactionRowsMax - 1);

        Assert.True(GroupPlan.Fits(GroupDraft.Empty, most));
        Assert.False(GroupPlan.Fits(GroupDraft.Empty, most, offsets: 1));
        Assert.False(GroupPlan.Fits(GroupDraft.Empty, Created(TableLimits.TransactionRowsMax)));
    }

    [Fact]
    public void Rows_that_go_and_offsets_count_as_well()
    {
        var before = Created(60);
        var after = before with { Instances = GroupDraft.Empty.Instances };

        Assert.True(GroupPlan.Fits(before, after, offsets: 39));
        Assert.False(GroupPlan.Fits(before, after, offsets: 40));
    }

    [Fact]
    public void As_many_bytes_as_a_transaction_takes_fit_beside_the_groups_own()
    {
        const long Room = TableLimits.TransactionBytesMax - TableLimits.RowBytesMax;

        Assert.True(GroupPlan.Fits(GroupDraft.Empty, GroupDraft.Empty, offsets: 1, Room));
        Assert.False(GroupPlan.Fits(GroupDraft.Empty, GroupDraft.Empty, offsets: 1, Room + 1));
        Assert.False(GroupPlan.Fits(GroupDraft.Empty, Created(1), offsets: 1, Room));
    }

    [Fact]
    public void The_last_commit_of_a_partition_counts_and_a_removal_behind_it_removes()
    {
        var (first, second) = (Some.Partition("t", 0), Some.Partition("t", 1));
        var plan = new GroupPlan(GroupDraft.Empty, GroupDraft.Empty);

        plan = plan.With(Accepted([Commit(first, 1), Commit(second, 2)], []))!;
        plan = plan.With(Accepted([Commit(first, 3)], [second]))!;

        Assert.Equal([3L], plan.Commits.Values.Select(static one => one.Offset));
        Assert.Equal([second], plan.Removed);
        plan = plan.With(Accepted([Commit(second, 4)], []))!;
        Assert.Empty(plan.Removed);
        Assert.Equal(2, plan.Commits.Count);
    }

    [Fact]
    public void A_plan_rests_on_the_group_when_any_of_its_requests_does()
    {
        var plan = new GroupPlan(GroupDraft.Empty, GroupDraft.Empty);
        Assert.True(plan.ChangesNothing);

        plan = plan.With(Accepted([], []) with { RestsOnGroup = true })!;
        plan = plan.With(Accepted([], []))!;

        Assert.True(plan.RestsOnGroup);
        Assert.False(plan.ChangesNothing);
    }

    [Fact]
    public void A_commit_and_members_that_join_in_its_step_are_one_transaction_only_if_they_fit()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")));
        var offsets = Enumerable.Range(0, GroupLimits.OffsetsPerTransactionMax)
            .Select(static at => new PartitionOffset(Some.Partition("t", at), 5, "")).ToImmutableArray();
        var commit = new GroupRequest.Commit(A, offsets);

        var plan = GroupMachine.Decide(group, group, [commit, .. Creations(60)], Topics, Some.At(0));

        Assert.True(GroupPlan.Fits(group, plan.Next, plan.Commits.Count));
        Assert.Equal(offsets.Length, plan.Commits.Count);
        Assert.Single(plan.Decisions);
    }

    [Fact]
    public void Requests_without_room_are_left_for_the_next_step()
    {
        var plan = GroupMachine.Decide(
            GroupDraft.Empty, GroupDraft.Empty, Creations(TableLimits.TransactionRowsMax + 5), [], Some.At(0));

        Assert.Equal(TableLimits.TransactionRowsMax - 1, plan.Decisions.Length);
        Assert.Equal(TableLimits.TransactionRowsMax - 1, plan.Next.Instances.Count);
        Assert.Empty(plan.Unserved);
    }

    [Fact]
    public void Requests_whose_members_were_decided_and_that_were_not_served_are_told_from_the_others()
    {
        var group = Some.Settled(Topics, Some.Instance("a", Some.Topics("t")), Some.Instance("b", Some.Topics("u")));
        GroupRequest[] requests =
        [
            new GroupRequest.Touch(A), .. Creations(60), Commit(50), new GroupRequest.Leave(Some.Id("b")),
            new GroupRequest.Leave(Some.Id("nobody")),
        ];

        var plan = GroupMachine.Decide(group, group, requests, Topics, Some.At(0));

        Assert.Equal(61, plan.Decisions.Length);
        Assert.Equal(
            [true, true, false], plan.Unserved.Select(static one => one is GroupDecision.Accepted));
        Assert.False(plan.Next.State.Members.ContainsKey(Some.Id("b")));
    }

    private static GroupRequest.Commit Commit(int offsets) => new(
        A, [.. Enumerable.Range(0, offsets).Select(static at => new PartitionOffset(Some.Partition("t", at), 5, ""))]);

    private static GroupRequest[] Creations(int count) =>
    [
        .. Enumerable.Range(0, count).Select(static at =>
            new GroupRequest.Create(Some.Id($"i{at}"), Some.Settings(), Some.Timeout, at)),
    ];

    private static GroupDraft Created(int count) => GroupDraft.Empty with
    {
        Instances = GroupDraft.Empty.Instances.AddRange(Enumerable.Range(0, count).Select(static at =>
            KeyValuePair.Create(Some.Id($"i{at}"), new ConsumerInstance(
                Some.Id($"i{at}"),
                Some.Settings(),
                Subscription.None.Instance,
                ImmutableSortedDictionary<TopicPartition, AssignedPartition>.Empty,
                [],
                Some.Noon)))),
    };

    private static OffsetCommit Commit(TopicPartition partition, long offset) =>
        new(partition, Topics[0].Id, offset, "");

    private static GroupDecision.Accepted Accepted(
        ImmutableArray<OffsetCommit> commits, ImmutableArray<TopicPartition> removed) =>
        new(GroupDraft.Empty) { Commits = commits, Removed = removed };
}
