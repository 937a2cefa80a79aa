using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Keeping;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Retention.SomeRows;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

public sealed class ActiveLooksTests
{
    private static readonly PartitionId Partition = new(new TopicId((UInt128)7 << 24), 0);
    private static readonly LogRows Seen = Rows(Segment(0));
    private readonly ActiveLooks _looks = new();

    public ActiveLooksTests() => _looks.Note(
        Partition,
        Seen,
        Config("retention.ms=5000"),
        new ActiveSegment(1, 1, 2, NowMs) { BaseOffset = 10, NextOffset = 11, LargestTimestamp = NowMs },
        Now);

    [Theory]
    [InlineData(5_000, false)]
    [InlineData(5_001, true)]
    public void A_log_is_looked_at_again_when_what_was_seen_has_become_old(double afterMs, bool expected) =>
        Assert.Equal(
            expected, _looks.AreDue(Partition, Seen, Config("retention.ms=5000"), Now.AddMilliseconds(afterMs)));

    [Fact]
    public void A_log_is_looked_at_again_when_its_limits_its_start_or_its_segment_have_changed()
    {
        var config = Config("retention.ms=5000");

        Assert.True(_looks.AreDue(Partition, Seen, Config("retention.ms=4000"), Now));
        Assert.True(_looks.AreDue(Partition, Seen.StartingAt(5), config, Now));
        Assert.True(_looks.AreDue(
            Partition, Seen with { Head = Seen.Head with { Segment = "next" } }, config, Now));
        Assert.True(_looks.AreDue(Partition with { Index = 1 }, Seen, config, Now));
        Assert.False(_looks.AreDue(Partition, Seen, config, Now));
    }
}
