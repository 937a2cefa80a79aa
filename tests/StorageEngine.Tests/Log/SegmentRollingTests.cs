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
