using CsCheck;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Retention.Cost;

/// <summary>How often a log was appended to, as the log itself tells.</summary>
public sealed class UsageRulesTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void A_log_that_was_never_written_uses_nothing() =>
        Assert.Equal(PartitionUsage.None, UsageRules.Of([], null, from: 0));

    [Fact]
    public void A_young_log_is_counted_from_its_first_block_on()
    {
        var usage = UsageRules.Of([], new ActiveSegment(5_000, 12, 12, CreatedAt: 100 * Hour), from: 20 * Hour);

        Assert.Equal(new PartitionUsage(5_000, 0, 12, 100 * Hour), usage);
    }

    [Fact]
    public void Appends_are_counted_from_the_border_of_segments_that_is_nearest_to_the_instant()
    {
        SealedUsage[] segments =
        [
            new(1_000, Copied: false, Blocks: 10, SealBlock: 9, CreatedAt: 0, SealedAt: 10 * Hour),
            new(2_000, Copied: false, Blocks: 20, SealBlock: 29, CreatedAt: 11 * Hour, SealedAt: 40 * Hour),
        ];
        var active = new ActiveSegment(500, 5, 35, CreatedAt: 41 * Hour);

        Assert.Equal(new PartitionUsage(3_500, 0, 25, 11 * Hour), UsageRules.Of(segments, active, 12 * Hour));
        Assert.Equal(new PartitionUsage(3_500, 0, 5, 40 * Hour), UsageRules.Of(segments, active, 39 * Hour));
    }

    [Fact]
    public void A_copy_counts_with_its_bytes_and_its_end_but_not_with_blocks_of_its_own()
    {
        SealedUsage[] segments =
            [new(700, Copied: true, Blocks: 2, SealBlock: 29, CreatedAt: 0, SealedAt: 40 * Hour)];

        var usage = UsageRules.Of(segments, new ActiveSegment(500, 5, 35, CreatedAt: 41 * Hour), from: 0);

        Assert.Equal(new PartitionUsage(500, 700, 5, 40 * Hour), usage);
    }

    [Fact]
    public void Blocks_in_a_shared_log_are_no_appends_of_the_partitions_own()
    {
        SealedUsage[] segments = [new(1_000, false, 10, SealBlock: 9, CreatedAt: 0, SealedAt: 10 * Hour)];
        var active = new ActiveSegment(500, 5, 15, CreatedAt: 11 * Hour) { Name = new SegmentName("shared/t-1-0/x") };

        Assert.Equal(new PartitionUsage(1_500, 0, 0, null), UsageRules.Of(segments, active, from: 0));
    }

    [Fact]
    public void A_partition_that_left_a_shared_log_is_counted_from_then_on()
    {
        SealedUsage[] segments =
        [
            new(1_000, false, 10, SealBlock: 9, CreatedAt: 0, SealedAt: 10 * Hour),
            new(1_000, false, 10, SealBlock: 19, CreatedAt: 11 * Hour, SealedAt: 20 * Hour) { IsShared = true },
        ];

        Assert.Equal(
            new PartitionUsage(2_500, 0, 5, 20 * Hour),
            UsageRules.Of(segments, new ActiveSegment(500, 5, 25, CreatedAt: 21 * Hour), from: 0));
    }

    [Fact]
    public void A_segment_of_an_earlier_version_counts_with_its_bytes_alone()
    {
        SealedUsage[] segments = [new(700, false, 2, SealBlock: -1, CreatedAt: 0, SealedAt: 40 * Hour)];

        Assert.Equal(
            new PartitionUsage(1_200, 0, 5, 41 * Hour),
            UsageRules.Of(segments, new ActiveSegment(500, 5, 35, 41 * Hour), from: 0));
    }

    [Fact]
    public void Appends_since_a_border_are_exactly_the_blocks_behind_it() =>
        Gen.Select(Gen.Int[1, 50].Array[1, 8], Gen.Int[1, 50], Gen.Long[0, 1_000]).Sample((sizes, last, from) =>
        {
            var (blocks, segments) = (0L, new List<SealedUsage>());
            foreach (var size in sizes)
            {
                // Block number n is written at instant 10 n.
                segments.Add(new(1, false, size, blocks + size - 1, 10 * blocks, 10 * (blocks + size - 1)));
                blocks += size;
            }

            var usage = UsageRules.Of(segments, new ActiveSegment(1, last, blocks + last, 10 * blocks), from);

            var behind = (blocks + last) - (usage.Since!.Value / 10);
            Assert.InRange(usage.Appends, behind - 1, behind);
        });
}
