using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention.Compaction;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

public sealed class CompactorTests : IDisposable
{
    // Three batches and a checkpoint fill a segment.
    private const int Blocks = 3;

    private static readonly CompactionSettings Settings = Rows.Settings with
    {
        DirtyRatioMin = 0,
        SegmentBytes = 1_000_000,
    };

    private readonly CompactionWorld _world = new(Blocks);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Of_each_key_the_last_record_stays_and_what_the_active_segment_outdates_stays_too()
    {
        Append(("a", "1"), ("b", "1"));
        Append(("a", "2"));
        Seal();
        Append(("b", "2"));

        _world.Compact(Settings);

        Assert.Equal([(1, "b", "1"), (2, "a", "2")], BelowSeal(3));
        Assert.Contains((_world.ReadAll()[^1].Offset, "b", "2"), _world.ReadAll());
    }

    [Fact]
    public void A_tombstone_stays_for_its_time_behind_the_compaction_that_met_it_first_and_then_goes()
    {
        Append(("a", "1"), ("b", "1"));
        Append(("a", null));
        Seal();

        _world.Compact(Settings);
        Assert.Equal([(1, "b", "1"), (2, "a", null)], BelowSeal(3));
        _world.Now += Rows.Day - 1;
        Assert.Null(_world.Compact(Settings));
        _world.Now += 1;
        _world.Compact(Settings);

        Assert.Equal([(1, "b", "1")], BelowSeal(3));
    }

    [Fact]
    public void A_segment_that_loses_nothing_is_only_marked()
    {
        Append(("a", "1"));
        Seal();
        var before = _world.ReadAll();

        var pass = _world.Compact(Settings);

        Assert.All(pass!.Groups, static group => Assert.False(group.IsRewritten));
        Assert.Equal(before, _world.ReadAll());
        Assert.All(_world.SegmentRows, static row => Assert.Equal((false, Rows.Now), (row.Copied, row.CleanedAt)));
        Assert.Null(_world.Compact(Settings));
    }

    [Fact]
    public void Records_without_a_key_from_the_time_before_the_topic_was_compacted_go()
    {
        var builder = new RecordBatchBuilder();
        builder.Append(0, null, "1"u8.ToArray(), []);
        builder.Append(0, "a"u8.ToArray(), "2"u8.ToArray(), []);
        _world.Append(builder.Build());
        Seal();

        _world.Compact(Settings);

        Assert.Equal([(1, "a", "2")], BelowSeal(2));
    }

    [Fact]
    public void A_batch_that_nobody_can_read_stays_is_counted_and_outdates_nothing()
    {
        Append(("a", "1"));
        _world.Append(Damaged("a", "b"));
        Append(("b", "1"));
        Append(("b", "2"));
        Seal(skip: 3);

        var pass = _world.Compact(Settings);

        Assert.Equal((1, 1), (pass!.UnreadableBatches, pass.FirstUnreadable));
        var offsets = _world.StoredBatches().Select(static batch => (batch.BaseOffset, batch.RecordCount)).ToArray();
        Assert.Contains((0, 1), offsets);
        Assert.Contains((1, 2), offsets);
        Assert.DoesNotContain((3, 1), offsets);
    }

    [Fact]
    public void What_has_no_room_in_the_map_is_left_to_the_next_pass()
    {
        for (var number = 0; number < 12; number++)
        {
            Append(($"k{number}", "1"), ($"k{number}", "2"));
        }

        var first = _world.Compact(Settings, mapBytesMax: 5 * KeyMap.SlotBytes);
        var second = _world.Compact(Settings, mapBytesMax: 5 * KeyMap.SlotBytes);

        Assert.Equal(8, first!.EndOffset);
        Assert.Equal(16, second!.EndOffset);
        Assert.Equal(
            Enumerable.Range(0, 8).Select(static number => (2 * number) + 1L),
            _world.ReadAll().Select(static record => record.Offset).Where(static offset => offset < 16));
    }

    [Fact]
    public void A_pass_takes_no_more_segments_than_it_can_read_in_time()
    {
        Seal();
        Seal(skip: 2);
        _world.ReadAll();
        var (firstEnd, lastEnd) = (_world.SegmentRows[0].NextOffset, _world.SegmentRows[^1].NextOffset);

        var first = _world.Compact(Settings, rangeBytesMax: 1);
        var rest = _world.Compact(Settings);

        Assert.Equal((firstEnd, lastEnd), (first!.EndOffset, rest!.EndOffset));
        Assert.Null(_world.Compact(Settings));
    }

    // A batch whose first record parses: the second one does not.
    internal static RecordBatch Damaged(params string[] keys)
    {
        var builder = new RecordBatchBuilder();
        foreach (var key in keys)
        {
            builder.Append(0, System.Text.Encoding.UTF8.GetBytes(key), "broken"u8.ToArray(), []);
        }

        var batch = builder.Build(CompressionType.Gzip, new Codecs());
        var records = new Codecs().Decompress(batch.Compression, batch.Payload, 1_000).ToArray();
        records[^1] = 99;
        var payload = new Codecs().Compress(CompressionType.Gzip, records);
        byte[] bytes = [.. batch.Bytes.Span[..RecordBatch.HeaderBytes], .. payload.Span];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(
            bytes.AsSpan(8), bytes.Length - RecordBatch.LengthPrefixBytes);
        var damaged = new RecordBatch(bytes);
        damaged.SealCrc();
        return damaged;
    }

    private long Append(params (string Key, string? Value)[] records) => _world.Append(CompressionType.None, records);

    // Fills the segment up, with keys of their own, so that all that came before lies in sealed segments.
    private void Seal(int skip = 0)
    {
        for (var number = skip; number < 2 * Blocks; number++)
        {
            Append(($"fill{number}", "x"));
        }
    }

    private (long, string?, string?)[] BelowSeal(long offset) =>
        [.. _world.ReadAll().Where(record => record.Offset < offset)];
}
