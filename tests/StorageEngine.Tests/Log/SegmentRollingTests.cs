using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class SegmentRollingTests
{
    private static readonly PartitionId Partition = new(LogWorld.TopicOf().Id, 0);
    private static readonly LogTuning Tuning = new() { CheckpointBytes = 1_000, CheckpointBlocks = 10 };

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(1_099, 100, 5, false)]
    [InlineData(1_100, 100, 5, true)]
    [InlineData(500, 100, 9, false)]
    [InlineData(500, 100, 10, true)]
    public void A_checkpoint_comes_first_in_a_segment_and_after_so_many_bytes_or_blocks(
        long tail, long checkpoint, int blocks, bool needed)
    {
        var state = LogState.Empty(Partition.Log, LogKeys.SegmentName(Partition, 0, 1)) with
        {
            Tail = tail,
            CheckpointPosition = checkpoint,
            BlocksSinceCheckpoint = blocks,
        };

        Assert.Equal(needed, SegmentRolling.NeedsCheckpoint(state, Tuning));
    }

    [Theory]
    [InlineData(1, 1, 999, 10, 999, false)]
    [InlineData(1, 1, 1_000, 10, 999, true)]
    [InlineData(1, 9, 999, 10, 999, false)]
    [InlineData(1, 10, 999, 10, 999, true)]
    [InlineData(1, 9, 999, 10, 1_000, true)]
    [InlineData(0, 9, 999, 10, 5_000, false)]
    [InlineData(0, 1, 5_000, 10, 999, false)]
    [InlineData(0, 2, 999, 10, 999, false)]
    [InlineData(0, 2, 1_000, 10, 999, true)]
    [InlineData(0, 10, 999, 10, 999, true)]
    [InlineData(0, 1, 999, 1, 999, false)]
    [InlineData(0, 2, 999, 1, 999, true)]
    public void A_segment_ends_by_bytes_and_blocks_with_records_or_without_and_by_age_only_with_records(
        int records, int blocks, long tail, int blocksMax, long age, bool ends)
    {
        var state = LogState.Empty(Partition.Log, LogKeys.SegmentName(Partition, 7, 1)) with
        {
            SegmentBaseOffset = 7,
            NextOffset = 7 + records,
            SegmentBlocks = blocks,
            Tail = tail,
            SegmentCreatedAt = 50,
        };
        var tuning = new LogTuning { SegmentBlocksMax = blocksMax };

        Assert.Equal(ends, SegmentRolling.ShouldRoll(state, tuning, 1_000, TimeSpan.FromSeconds(1), now: 50 + age));
    }

    [Fact]
    public void Right_behind_a_checkpoint_no_other_one_is_needed_however_large_it_was()
    {
        var state = LogState.Empty(Partition.Log, LogKeys.SegmentName(Partition, 0, 1)) with
        {
            Tail = 5_000,
            CheckpointPosition = 100,
            BlocksSinceCheckpoint = 0,
        };

        Assert.False(SegmentRolling.NeedsCheckpoint(state, Tuning));
    }
}
