using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.SharedLogs.Blocks;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class SharedPlanTests
{
    private static readonly SharedTuning Tuning = new() { SegmentsMax = 3, PieceBytesMax = 1_000 };

    [Fact]
    public void Writes_of_many_segments_go_into_one_block_in_the_order_they_came()
    {
        var plan = Plan(
            SomeShared.Of(5, 0),
            SomeShared.Append(0, 5, 2),
            SomeShared.Create(2),
            SomeShared.Append(2, 0, 3),
            SomeShared.Append(0, 7, 1),
            SomeShared.Delete(1));

        Assert.Equal(
            [
                CarrierEntry.Piece(0, 5, 2),
                CarrierEntry.Create(2, SomeShared.Name(2).Value),
                CarrierEntry.Piece(2, 0, 3),
                CarrierEntry.Piece(0, 7, 1),
                CarrierEntry.Delete(1),
            ],
            plan.Entries);
        Assert.Empty(plan.Refused);
    }

    [Fact]
    public void What_cannot_be_is_refused_and_the_rest_is_written()
    {
        var stale = SomeShared.Append(0, 3, 2);
        var again = SomeShared.Create(0);
        var many = SomeShared.Create(3);
        var plan = Plan(SomeShared.Of(5, 0, 0), stale, again, many, SomeShared.Append(1, 0, 1));

        Assert.Equal([CarrierEntry.Piece(1, 0, 1)], plan.Entries);
        Assert.Equal(
            [(stale, SharedVerdict.Taken), (again, SharedVerdict.Taken), (many, SharedVerdict.TooMany)], plan.Refused);
    }

    [Fact]
    public void A_refusal_that_rests_on_what_another_node_may_know_better_waits_for_a_look()
    {
        Assert.False(Plan(SomeShared.Of(5), SomeShared.Append(0, 3, 2)).LooksFirst);
        Assert.True(Plan(SomeShared.Of(5), SomeShared.Append(0, 6, 2)).LooksFirst);
        Assert.True(Plan(SomeShared.Of(5), SomeShared.Append(1, 0, 2)).LooksFirst);
        Assert.True(Plan(SomeShared.Of(5), SomeShared.Delete(1)).LooksFirst);
    }

    [Fact]
    public void A_piece_too_large_for_a_block_goes_alone_and_in_two()
    {
        var (small, large) = (SomeShared.Append(0, 5, 2), SomeShared.Append(1, 0, 1_500));

        var first = Plan(SomeShared.Of(5, 0), large, small);
        Assert.Equal([CarrierEntry.Part(1, 0, 1_000)], first.Entries);
        Assert.Equal(500, first.Rest.Length);

        Assert.Equal([small], Plan(SomeShared.Of(5, 0), small, large).Written);
    }

    [Fact]
    public void A_block_is_never_larger_than_storage_takes()
    {
        var writes = Enumerable.Range(0, 6).Select(number => SomeShared.Append(0, number * 1_000_000L, 1_000_000));

        var plan = SharedPlanRules.Plan(SomeShared.Of(0), writes, new SharedTuning());

        Assert.Equal(4, plan.Written.Count);
        Assert.True(SomeShared.Block(SomeShared.Of(0), [.. plan.Entries]).Length <= 4 * 1024 * 1024);
    }

    private static SharedBlockPlan Plan(SharedState state, params SharedWrite[] writes) =>
        SharedPlanRules.Plan(state, writes, Tuning);
}
