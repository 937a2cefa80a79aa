using System.Text;
using Serverless.StorageEngine.Retention.Compaction;
using static Serverless.StorageEngine.Tests.Retention.Compaction.Rows;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

public sealed class RangeMapperTests
{
    [Fact]
    public void A_record_with_a_later_one_of_its_key_is_a_loss_of_the_segment_that_holds_it()
    {
        var range = Map(KeyMap.BytesDefault, (10, "a"), (11, "b"), (20, "a"), (25, "a"), (31, "a"));

        Assert.Equal([0, 1, 2, 0], range.Losses);
        Assert.Equal(40, range.EndOffset);
        Assert.Equal(31, range.Keys.LastOffsetOf("a"u8));
        Assert.Equal(11, range.Keys.LastOffsetOf("b"u8));
    }

    [Fact]
    public void A_record_without_a_key_is_a_loss() =>
        Assert.Equal([0, 0, 1, 0], Map(KeyMap.BytesDefault, (10, "a"), (20, null)).Losses);

    [Fact]
    public void Tombstones_are_counted_where_they_lie()
    {
        var mapper = new RangeMapper(Plan, KeyMap.BytesDefault, new KeyMapMemory());
        mapper.Add(10, "a"u8, hasKey: true, hasValue: false);
        mapper.Add(30, "b"u8, hasKey: true, hasValue: false);

        Assert.Equal([0, 1, 0, 1], mapper.Complete(40).Tombstones);
    }

    [Fact]
    public void Records_in_front_of_the_dirty_range_do_not_count() =>
        Assert.Equal(-1, Map(KeyMap.BytesDefault, (3, "a"), (10, "b")).Keys.LastOffsetOf("a"u8));

    [Fact]
    public void The_range_ends_in_front_of_the_first_record_for_which_there_is_no_room()
    {
        var range = Map(4 * KeyMap.SlotBytes, (10, "a"), (11, "b"), (12, "c"), (13, "a"), (14, "d"), (15, "a"));

        Assert.Equal(14, range.EndOffset);
        Assert.Equal(13, range.Keys.LastOffsetOf("a"u8));
    }

    private static CompactionPlan Plan { get; } = new(
        [Clean(0, 10), Dirty(10, 20), Dirty(20, 30), Dirty(30, 40)], FirstDirty: 1, CompactionCause.DirtyRatio);

    private static MappedRange Map(long bytesMax, params (long Offset, string? Key)[] records)
    {
        var mapper = new RangeMapper(Plan, bytesMax, new KeyMapMemory());
        foreach (var (offset, key) in records)
        {
            mapper.Add(offset, Encoding.UTF8.GetBytes(key ?? ""), key is not null, hasValue: true);
        }

        return mapper.Complete(40);
    }
}
