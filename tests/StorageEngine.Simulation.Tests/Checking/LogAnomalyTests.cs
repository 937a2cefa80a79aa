using System.Text;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Stored logs that contradict themselves.</summary>
public sealed class LogAnomalyTests
{
    // Two segments: blocks 0, 1 and the seal 2, then 3 and 4.
    private static readonly StoredLog Healthy =
        new ModelLog().Block(10).Block(11).Roll().Block(12).Block(13).Build();

    private static readonly string HeadKey = $"head|{Story.Partition.Log}";
    private static readonly string SegmentKey = $"segment|{Story.Partition.Log}|{long.MaxValue:D19}";

    [Fact]
    public void A_healthy_log_has_no_anomaly() => Assert.Empty(Check(Healthy));

    [Fact]
    public void What_does_not_parse_is_damage()
    {
        var partition = Healthy.Partitions[0];
        var damaged = partition.Segments[1] with { Faults = ["block at 0: CRC"] };

        Assert.Equal(
            [AnomalyKind.DamagedBlock],
            Check(new([partition with { Segments = partition.Segments.SetItem(1, damaged) }])));
    }

    [Fact]
    public void A_block_of_another_number_breaks_the_chain() => Breaks(
        AnomalyKind.BrokenChain, number: 4, static block => block with { Number = 5 });

    [Fact]
    public void A_block_with_another_hash_breaks_the_chain() => Breaks(
        AnomalyKind.BrokenChain, number: 3, static block => block with { ChainHash = 77 });

    [Fact]
    public void A_block_with_another_previous_position_breaks_the_chain() => Breaks(
        AnomalyKind.BrokenChain, number: 1, static block => block with { PreviousPosition = 500 });

    [Fact]
    public void A_block_of_another_log_breaks_the_chain() => Breaks(
        AnomalyKind.BrokenChain, number: 1, static block => block with { Log = 5 });

    [Fact]
    public void An_epoch_that_falls_is_broken() => Breaks(
        AnomalyKind.BrokenEpoch, number: 4, static block => block with { Epoch = 0 });

    [Fact]
    public void An_epoch_that_rises_without_a_barrier_is_broken() => Breaks(
        AnomalyKind.BrokenEpoch, number: 4, static block => block with { Epoch = 2 });

    [Fact]
    public void A_nonce_that_comes_again_is_found() => Breaks(
        AnomalyKind.NonceRepeated, number: 4, static block => block with { Nonce = 100 });

    [Fact]
    public void A_batch_that_leaves_an_offset_out_is_a_gap() => Breaks(
        AnomalyKind.OffsetGap,
        number: 4,
        static block => block with { Batches = [block.Batches[0] with { BaseOffset = 4 }] });

    [Fact]
    public void A_seal_in_front_of_other_blocks_is_broken() => Assert.Contains(
        AnomalyKind.BrokenSeal,
        Check(ModelLog.With(Healthy, 1, block => block with { Sections = block.Sections.Add(3, new byte[4]) })));

    [Fact]
    public void A_seal_whose_successor_does_not_exist_is_broken()
    {
        var partition = Healthy.Partitions[0];

        Assert.Contains(
            AnomalyKind.BrokenSeal, Check(new([partition with { Segments = [partition.Segments[0]] }])));
    }

    [Fact]
    public void Bytes_in_a_segment_that_no_seal_leads_to_are_found()
    {
        var partition = Healthy.Partitions[0];
        var beside = partition.Segments[0] with { Name = ModelLog.Segment + "a" };

        Assert.Contains(
            AnomalyKind.BrokenSeal, Check(new([partition with { Segments = partition.Segments.Add(beside) }])));
    }

    [Fact]
    public void An_empty_segment_that_no_seal_leads_to_harms_nobody()
    {
        var partition = Healthy.Partitions[0];
        var beside = new StoredSegment(ModelLog.Segment + "a", 0, [], []);

        Assert.Empty(Check(new([partition with { Segments = partition.Segments.Add(beside) }])));
    }

    [Fact]
    public void A_log_without_its_first_block_is_broken() => Assert.Contains(
        AnomalyKind.BrokenChain,
        Check(new([Healthy.Partitions[0] with { Segments = [Healthy.Partitions[0].Segments[1]] }])));

    [Fact]
    public void A_log_whose_start_was_raised_may_lack_its_first_segment()
    {
        var partition = Healthy.Partitions[0] with { Segments = [Healthy.Partitions[0].Segments[1]] };
        var head = Encoding.UTF8.GetString(ModelLog.Head(ModelLog.Second, 0, baseOffset: 2))
            .Replace("\"logStartOffset\":0", "\"logStartOffset\":2", StringComparison.Ordinal);

        Assert.Empty(Check(ModelLog.With(new([partition]), HeadKey, Encoding.UTF8.GetBytes(head))));
    }

    [Fact]
    public void A_checkpoint_that_says_otherwise_than_the_blocks_is_wrong() => Breaks(
        AnomalyKind.WrongCheckpoint, number: 3, static block => block with { Sections = Altered(block) });

    [Fact]
    public void A_checkpoint_that_remembers_another_producer_than_the_blocks_is_wrong() => Assert.Equal(
        [AnomalyKind.WrongCheckpoint],
        Check(ModelLog.With(
            new ModelLog().Batch(7, 0, 0, 0, 10, 11).Roll().Block(12).Build(),
            2,
            block => block with { Sections = block.Sections.SetItem(4, Memory(block.Sections[4].ToArray())) })));

    [Fact]
    public void A_segment_that_begins_without_a_state_is_wrong() => Assert.Equal(
        [AnomalyKind.WrongCheckpoint],
        Check(ModelLog.With(Healthy, 3, block => block with { Sections = block.Sections.Clear() })));

    [Fact]
    public void A_head_row_that_names_no_segment_of_the_log_leads() => Assert.Equal(
        [AnomalyKind.RowAhead], Check(ModelLog.With(Healthy, HeadKey, ModelLog.Head("elsewhere", 0))));

    [Fact]
    public void A_head_row_that_points_to_a_block_without_a_state_leads() => Assert.Equal(
        [AnomalyKind.RowAhead], Check(ModelLog.With(Healthy, HeadKey, ModelLog.Head(ModelLog.Segment, 1_000))));

    [Fact]
    public void The_head_is_not_behind_a_seal_without_a_row() => Assert.Equal(
        [AnomalyKind.WrongIndex], Check(ModelLog.With(Healthy, HeadKey, ModelLog.Head(ModelLog.Second, 0, 2))));

    [Fact]
    public void A_row_of_a_segment_that_is_as_it_says_is_right() => Assert.Empty(
        Check(ModelLog.With(Healthy, SegmentKey, SegmentRow(ModelLog.Segment, nextOffset: 2))));

    [Fact]
    public void A_row_of_a_segment_that_ends_elsewhere_is_wrong() => Assert.Equal(
        [AnomalyKind.WrongIndex],
        Check(ModelLog.With(Healthy, SegmentKey, SegmentRow(ModelLog.Segment, nextOffset: 3))));

    [Fact]
    public void A_row_of_a_segment_that_is_not_sealed_leads() => Assert.Equal(
        [AnomalyKind.RowAhead],
        Check(ModelLog.With(Healthy, SegmentKey, SegmentRow(ModelLog.Second, nextOffset: 2))));

    [Fact]
    public void A_deleted_log_may_lack_anything() => Assert.Empty(Check(ModelLog.With(
        new([Healthy.Partitions[0] with { Segments = [Healthy.Partitions[0].Segments[1]] }]),
        HeadKey,
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ModelLog.Head("elsewhere", 0))
            .Replace("false", "true", StringComparison.Ordinal)))));

    [Fact]
    public void The_sequences_of_a_producer_go_on() => Assert.Empty(Check(
        new ModelLog().Batch(7, 0, 5, 0, 10, 11).Batch(7, 0, 7, 0, 12).Batch(7, 1, 0, 0, 13).Build()));

    [Fact]
    public void Sequences_go_on_with_zero_behind_the_largest_one() => Assert.Empty(Check(
        new ModelLog().Batch(7, 0, int.MaxValue - 1, 0, 10, 11).Batch(7, 0, 0, 0, 12).Build()));

    [Fact]
    public void A_gap_in_the_sequences_of_a_producer_is_broken() => Assert.Equal(
        [AnomalyKind.BrokenSequence], Check(new ModelLog().Batch(7, 0, 0, 0, 10).Batch(7, 0, 2, 0, 11).Build()));

    [Fact]
    public void A_producer_epoch_that_falls_is_broken() => Assert.Equal(
        [AnomalyKind.BrokenSequence], Check(new ModelLog().Batch(7, 1, 0, 0, 10).Batch(7, 0, 0, 0, 11).Build()));

    [Fact]
    public void A_new_producer_epoch_begins_with_sequence_zero() => Assert.Equal(
        [AnomalyKind.BrokenSequence], Check(new ModelLog().Batch(7, 0, 0, 0, 10).Batch(7, 1, 1, 0, 11).Build()));

    [Fact]
    public void A_sequence_is_stored_once() => Assert.Equal(
        [AnomalyKind.BrokenSequence], Check(new ModelLog().Batch(7, 0, 0, 0, 10).Batch(7, 0, 0, 0, 11).Build()));

    [Fact]
    public void A_producer_that_was_silent_for_more_than_a_day_may_begin_anywhere() => Assert.Empty(Check(
        new ModelLog().Batch(7, 1, 0, 0, 10).Wait(hours: 25).Batch(7, 0, 5, 0, 11).Build()));

    [Fact]
    public void A_producer_that_was_silent_for_less_than_a_day_goes_on() => Assert.Equal(
        [AnomalyKind.BrokenSequence],
        Check(new ModelLog().Batch(7, 1, 0, 0, 10).Wait(hours: 23).Batch(7, 0, 5, 0, 11).Build()));

    [Fact]
    public void An_ordinal_of_a_request_is_stored_once() => Assert.Equal(
        [AnomalyKind.StoredTwice], Check(new ModelLog().Batch(-1, -1, 0, 5, 10, 11).Batch(-1, -1, 1, 5, 12).Build()));

    [Fact]
    public void The_ordinals_of_a_request_may_have_gaps() => Assert.Empty(
        Check(new ModelLog().Batch(-1, -1, 0, 5, 10).Batch(-1, -1, 3, 5, 12).Batch(-1, -1, 0, 6, 13).Build()));

    private static void Breaks(AnomalyKind kind, int number, Func<StoredBlock, StoredBlock> change) =>
        Assert.Equal([kind], Check(ModelLog.With(Healthy, number, change)));

    // Every value was sent, with an outcome that nobody knows: the log alone is judged.
    private static IReadOnlyList<AnomalyKind> Check(StoredLog log)
    {
        var story = new Story();
        for (var value = 10; value < 14; value++)
        {
            story.Ask(new Request.Send(Story.Partition, [value], SendIdentity.None));
        }

        return story.Check(log);
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<byte, ReadOnlyMemory<byte>> Altered(
        StoredBlock block)
    {
        var state = block.Sections[1].ToArray();
        state[31] ^= 1;
        return block.Sections.SetItem(1, state);
    }

    // The last byte of the only producer's first sequence.
    private static byte[] Memory(byte[] section)
    {
        section[8 + 4 + 4 + 8 + 2 + 8 + 3] ^= 1;
        return section;
    }

    private static byte[] SegmentRow(string segment, long nextOffset)
    {
        byte[] index = [.. new byte[16], .. Enumerable.Repeat((byte)0xFF, 8)];
        return Encoding.UTF8.GetBytes(
            $$"""
            {"segment":"{{segment}}","baseOffset":0,"nextOffset":{{nextOffset}},"bytes":3000,"blocks":3,"createdAt":0,
            "sealedAt":2,"minTimestamp":1000,"maxTimestamp":1001,"sealPosition":2000,"indexInterval":1048576,
            "index":"{{Convert.ToBase64String(index)}}"}
            """);
    }
}
