using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class AppendPlanTests
{
    private const long Now = 1_900_000_000_000;
    private static readonly PartitionId Partition = new(LogWorld.TopicOf().Id, 0);

    [Fact]
    public void The_repeat_of_a_batch_in_the_same_block_waits_for_it_however_fresh_the_state_is()
    {
        var (first, repeat) = (Of(BatchOf(5)), Of(BatchOf(5)));

        var plan = PlanOf(first, repeat);

        Assert.Equal([first], plan.Accepted);
        Assert.Empty(plan.Answered);
        Assert.False(plan.NeedsFreshState);
    }

    [Fact]
    public void A_refusal_behind_an_accepted_batch_waits_because_it_may_fail()
    {
        var (first, gap) = (Of(BatchOf(5)), Of(BatchOf(7)));

        var plan = PlanOf(first, gap);

        Assert.Equal([first], plan.Accepted);
        Assert.Empty(plan.Answered);
    }

    [Fact]
    public void A_batch_is_judged_behind_those_that_were_accepted_before_it()
    {
        var (first, second) = (Of(BatchOf(5)), Of(BatchOf(6)));

        Assert.Equal([first, second], PlanOf(first, second).Accepted);
    }

    [Fact]
    public void A_refusal_with_nothing_before_it_is_an_answer_and_what_follows_goes_on()
    {
        var (gap, next) = (Of(BatchOf(7)), Of(BatchOf(5)));

        var plan = PlanOf(gap, next);

        Assert.Equal([(gap, new AppendOutcome.OutOfOrderSequence(5, 7))], plan.Answered);
        Assert.Equal([next], plan.Accepted);
    }

    [Fact]
    public void A_refusal_by_a_state_that_may_be_older_than_the_append_is_no_answer()
    {
        var gap = Of(BatchOf(7), fresh: false);

        var plan = PlanOf(gap);

        Assert.Empty(plan.Answered);
        Assert.True(plan.NeedsFreshState);
    }

    [Fact]
    public void The_repeat_of_what_is_durable_is_answered_at_once_in_any_place_and_by_any_state()
    {
        var (next, repeat) = (Of(BatchOf(5)), Of(BatchOf(4), fresh: false));

        var plan = PlanOf(next, repeat);

        Assert.Equal([(repeat, new AppendOutcome.Appended(9, null, 3, Duplicate: true))], plan.Answered);
        Assert.Equal([next], plan.Accepted);
    }

    [Fact]
    public void A_token_goes_alone_and_what_is_behind_it_waits()
    {
        var (token, next) = (Of("t"), Of(BatchOf(5)));

        var plan = PlanOf(token, next);

        Assert.Equal([token], plan.Accepted);
        Assert.Equal((BlockKind.Checkpoint, "t"), (plan.Block.Kind, plan.Block.FencingToken));
    }

    [Fact]
    public void A_token_behind_a_batch_waits_and_so_does_what_is_behind_it()
    {
        var (first, token, next) = (Of(BatchOf(5)), Of("t"), Of(BatchOf(6)));

        var plan = PlanOf(first, token, next);

        Assert.Equal([first], plan.Accepted);
        Assert.Null(plan.Block.FencingToken);
    }

    // Ten records, the last of them a batch of producer 1 with sequence 4.
    private static AppendPlan PlanOf(params PendingAppend[] waiting)
    {
        var state = LogState.Empty(Partition.Log, LogKeys.SegmentName(Partition, 0, 1)) with
        {
            NextOffset = 10,
            Time = Now,
            History = AppendHistory.Empty with
            {
                Producers = ProducerStates.Empty.With(1, 0, 4, new ProducerBatch(1, 9, -1), Now),
            },
        };
        return AppendPlan.Of(state, new BlockPlan(BlockKind.Data, Now), Partition, waiting, logStartOffset: 3);
    }

    private static RecordBatch BatchOf(int sequence) => LogWorld.BatchBy(1, 0, sequence, "a");

    private static PendingAppend Of(RecordBatch batch, bool fresh = true) =>
        new(new AppendRequest(batch, null, AppendConditions.None, false), 0) { HasFreshState = fresh };

    private static PendingAppend Of(string token) =>
        new(new AppendRequest(null, token, AppendConditions.None, false), 0) { HasFreshState = true };
}
