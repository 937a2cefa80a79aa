using CsCheck;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class ResetPlanTests
{
    private static readonly TopicPartition Partition = Some.Partition("t", 0);
    private static readonly PartitionOffsets Ends = new(10, 20);

    [Fact]
    public void Earliest_is_where_the_log_starts() => Assert.Equal((10, false), Plan(new ResetTarget.Earliest()));

    [Fact]
    public void Latest_is_behind_the_last_record() => Assert.Equal((20, false), Plan(new ResetTarget.Latest()));

    [Theory]
    [InlineData(9, 10, true)]
    [InlineData(10, 10, false)]
    [InlineData(20, 20, false)]
    [InlineData(21, 20, true)]
    public void An_offset_outside_of_the_log_becomes_the_nearer_end(long offset, long planned, bool clamped) =>
        Assert.Equal((planned, clamped), Plan(new ResetTarget.At(offset)));

    [Theory]
    [InlineData(-1, 14, false)]
    [InlineData(3, 18, false)]
    [InlineData(-6, 10, true)]
    [InlineData(6, 20, true)]
    [InlineData(long.MaxValue, 20, true)]
    [InlineData(long.MinValue, 10, true)]
    public void A_shift_counts_from_what_is_committed(long shift, long planned, bool clamped) =>
        Assert.Equal((planned, clamped), Plan(new ResetTarget.Shifted(shift), committed: 15));

    [Fact]
    public void Without_a_committed_offset_there_is_nothing_to_shift() =>
        Assert.Null(ResetPlan.Of(Partition, new ResetTarget.Shifted(1), Ends, committed: null, found: null));

    [Fact]
    public void A_time_is_where_the_first_record_was_found_that_is_not_older() =>
        Assert.Equal((13, false), Plan(new ResetTarget.Since(1_000), found: 13));

    [Fact]
    public void A_time_after_all_records_is_behind_the_last_one() =>
        Assert.Equal((20, false), Plan(new ResetTarget.Since(1_000)));

    [Fact]
    public void A_plan_never_leaves_the_log() =>
        Gen.Select(Gen.Long[0, 1_000], Gen.Long[0, 1_000], Gen.Long, Gen.Long[0, long.MaxValue])
            .Sample(static (start, length, shift, committed) =>
            {
                var ends = new PartitionOffsets(start, start + length);
                var plan = ResetPlan.Of(Partition, new ResetTarget.Shifted(shift), ends, committed, found: null)!;
                Assert.InRange(plan.Offset, ends.LogStartOffset, ends.HighWatermark);
                Assert.Equal(plan.Clamped, (Int128)committed + shift != plan.Offset);
            });

    private static (long Offset, bool Clamped) Plan(ResetTarget target, long? committed = null, long? found = null)
    {
        var plan = ResetPlan.Of(Partition, target, Ends, committed, found)!;
        return (plan.Offset, plan.Clamped);
    }
}
