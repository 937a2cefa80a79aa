using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>How blocks change the state of a log, and which blocks cannot follow.</summary>
public sealed class LogRulesTests
{
    private static readonly PartitionId Partition = new(new TopicId((UInt128)0xABCDEF << 24), 3);
    private static readonly SegmentName Segment = new("some/segment");
    private static readonly SegmentName Successor = new("next/segment");

    private readonly LogState _behindFirst = After(Empty, BlockKind.Checkpoint, writtenAt: 1_000, Batch(5_000));

    private static LogState Empty => LogState.Empty(Partition.Log, Segment);

    public static TheoryData<string, string> Breaks => new()
    {
        { "log", "expected log " },
        { "position", "expected position " },
        { "number", "expected block number 1, found 2" },
        { "previous", "expected previous position 0, found 9" },
        { "chain", "expected chain hash " },
        { "epoch", "expected epoch at least 2, found 1" },
        { "offset", "expected base offset 1, found 2" },
        { "copied", "expected kind at most Seal, found Copied" },
        { "ended", "expected no block behind the end of the log, but block -1, found 1" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_block_that_cannot_follow_is_refused_with_the_place_and_both_values(string what, string problem)
    {
        var block = Next(_behindFirst, BlockKind.Data, 2_000, Batch(6_000));
        var (state, broken) = what switch
        {
            "log" => (_behindFirst, block with { Header = block.Header with { Log = new LogId(1) } }),
            "position" => (_behindFirst, block with { Position = block.Position + 1 }),
            "number" => (_behindFirst, block with { Header = block.Header with { BlockNumber = 2 } }),
            "previous" => (_behindFirst, block with { Header = block.Header with { PreviousPosition = 9 } }),
            "chain" => (_behindFirst, block with { Header = block.Header with { ChainHash = 1 } }),
            "epoch" => (_behindFirst with { Epoch = 2 }, block with { Header = block.Header with { Epoch = 1 } }),
            "copied" => (_behindFirst, block with { Header = block.Header with { Kind = BlockKind.Copied } }),
            "offset" => (_behindFirst, block with { Entries = [block.Entries[0] with { BaseOffset = 2 }] }),
            _ => (_behindFirst with { Ended = true }, block),
        };

        AssertRefused(() => LogRules.Apply(state, broken), $"position {_behindFirst.Tail}: ", problem);
    }

    [Fact]
    public void The_first_block_of_a_segment_without_a_state_is_refused_by_its_kind() => AssertRefused(
        () => LogRules.Apply(Empty, Next(Empty, BlockKind.Data, 1_000, Batch(5_000))),
        "position 0: ",
        "expected a checkpoint as first block, not kind Checkpoint, found Data");

    [Fact]
    public void A_log_is_not_opened_from_a_block_without_a_state()
    {
        var block = Next(_behindFirst, BlockKind.Data, 2_000, Batch(6_000));

        AssertRefused(
            () => LogRules.Before(Partition.Log, Segment, block),
            $"Segment some/segment, position {block.Position}: ",
            "expected a checkpoint, found Data");
    }

    [Fact]
    public void A_checkpoint_that_drifted_is_refused() => AssertRefused(
        () => Drifted(static state => state with { NextOffset = 7 }), "expected snapshot ");

    [Fact]
    public void A_checkpoint_whose_index_has_other_distances_is_refused() => AssertRefused(
        () => Drifted(static state => state with { Index = state.Index with { IntervalBytes = 7 } }),
        "expected index entries like the folded ones, of which there are 1, found 1");

    [Fact]
    public void A_checkpoint_whose_index_has_other_entries_is_refused() => AssertRefused(
        () => Drifted(static state => state with { Index = state.Index with { Entries = [] } }),
        "expected index entries like the folded ones, of which there are 1, found 0");

    [Fact]
    public void A_checkpoint_that_tells_another_largest_timestamp_of_its_segment_is_refused()
    {
        var roll = Apply(_behindFirst with { MaxTimestamp = 9_000 }, BlockKind.Seal, new SealMark(Successor));
        var state = After(roll, BlockKind.Checkpoint, 2_000, Batch(6_000));

        AssertRefused(
            () => Drifted(state, static snapshot => snapshot with { SegmentMaxTimestamp = 6_001 }),
            "expected snapshot ");
    }

    [Fact]
    public void A_segment_is_as_old_as_its_first_block()
    {
        var state = After(_behindFirst, BlockKind.Data, writtenAt: 2_000, Batch(6_000));

        Assert.Equal(1_000, state.SegmentCreatedAt);
    }

    [Fact]
    public void The_timestamps_of_a_segment_are_the_smallest_and_the_largest_of_its_batches()
    {
        var state = After(_behindFirst, BlockKind.Data, 2_000, Batch(7_000), Batch(4_000), Batch(6_000));

        Assert.Equal((4_000, 7_000, 7_000), (state.SegmentMinTimestamp, state.SegmentMaxTimestamp, state.MaxTimestamp));
    }

    [Fact]
    public void A_block_without_records_is_not_in_the_index()
    {
        var state = _behindFirst with { Index = SparseIndex.Empty };

        Assert.Empty(LogRules.Apply(state, Next(state, BlockKind.Data, 2_000)).Index.Entries);
    }

    [Fact]
    public void A_seal_goes_on_in_its_successor_where_nothing_lies_yet()
    {
        var state = Apply(_behindFirst, BlockKind.Seal, new SealMark(Successor));

        Assert.Equal(
            (Successor, 0L, 0, 1L, -1L, -1L, -1L, false),
            (state.Segment, state.Tail, state.SegmentBlocks, state.SegmentBaseOffset, state.PreviousPosition,
                state.CheckpointPosition, state.SegmentMaxTimestamp, state.Ended));
        Assert.Equal((long.MaxValue, 5_000), (state.SegmentMinTimestamp, state.MaxTimestamp));
        Assert.Empty(state.Index.Entries);
    }

    [Fact]
    public void A_seal_without_a_successor_ends_the_log() =>
        Assert.True(Apply(_behindFirst, BlockKind.Seal, new SealMark(Successor: null)).Ended);

    [Theory]
    [InlineData(5_000L, 5_000)]
    [InlineData(null, 9_000)]
    public void A_segments_largest_timestamp_is_the_one_told_or_else_the_logs(long? told, long expected)
    {
        var state = _behindFirst with { MaxTimestamp = 9_000 };
        var block = Next(state, BlockKind.Checkpoint, 2_000, Batch(6_000));
        var carried = block.Body.State! with { SegmentMaxTimestamp = told };

        var opened = LogRules.Before(
            Partition.Log, Segment, block with { Body = block.Body with { State = carried } });

        Assert.Equal(expected, opened.SegmentMaxTimestamp);
    }

    [Fact]
    public void A_segment_that_has_no_records_where_the_log_is_opened_has_no_largest_timestamp()
    {
        var state = Apply(_behindFirst, BlockKind.Seal, new SealMark(Successor));
        var block = Next(state, BlockKind.Checkpoint, 2_000, Batch(6_000));

        Assert.Equal(-1, LogRules.Before(Partition.Log, Successor, block).SegmentMaxTimestamp);
    }

    [Fact]
    public void Who_opened_from_a_block_that_tells_no_largest_timestamp_of_its_segment_agrees_with_who_knows_it()
    {
        var knows = _behindFirst with { MaxTimestamp = 9_000 };
        var guesses = knows with { SegmentMaxTimestamp = 9_000 };

        Assert.Equal(2, LogRules.Apply(guesses, Next(knows, BlockKind.Checkpoint, 2_000, Batch(6_000))).NextOffset);
        Assert.Equal(2, LogRules.Apply(knows, Next(guesses, BlockKind.Checkpoint, 2_000, Batch(6_000))).NextOffset);
    }

    private static RecordBatch Batch(long timestamp) => LogWorld.BatchAt(timestamp, "x");

    private static LogState After(LogState state, BlockKind kind, long writtenAt, params RecordBatch[] batches) =>
        LogRules.Apply(state, Next(state, kind, writtenAt, batches));

    private static LogState Apply(LogState state, BlockKind kind, SealMark seal) =>
        LogRules.Apply(state, Encode(state, kind, 1_500, new BlockBody(state.Snapshot(), Leader: null, seal)));

    private static LogBlock Next(LogState state, BlockKind kind, long writtenAt, params RecordBatch[] batches) => Encode(
        state,
        kind,
        writtenAt,
        kind == BlockKind.Data ? BlockBody.Empty : new BlockBody(state.Snapshot(), Leader: null, Seal: null),
        batches);

    private static LogBlock Encode(
        LogState state, BlockKind kind, long writtenAt, BlockBody body, params RecordBatch[] batches) =>
        BlockEncoder.Encode(
            state,
            new BlockStamp(kind, state.Epoch, 0x1111, 0x2222, writtenAt),
            body,
            Partition,
            [.. batches.Select(static batch => new KeyedBatch(batch, null))]).Block;

    private LogState Drifted(Func<StateSnapshot, StateSnapshot> drift) => Drifted(_behindFirst, drift);

    private static LogState Drifted(LogState state, Func<StateSnapshot, StateSnapshot> drift)
    {
        var block = Next(state, BlockKind.Checkpoint, 2_000, Batch(6_000));
        return LogRules.Apply(
            state, block with { Body = block.Body with { State = drift(block.Body.State!) } });
    }

    private static void AssertRefused(Func<LogState> apply, params string[] problems)
    {
        var refused = Assert.Throws<CorruptDataException>(apply);
        Assert.All(problems, problem => Assert.Contains(problem, refused.Message, StringComparison.Ordinal));
    }
}
