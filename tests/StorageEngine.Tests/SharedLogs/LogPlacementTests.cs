using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.SharedLogs;

public sealed class LogPlacementTests
{
    [Theory]
    [InlineData("auto", 1, "250", null)]
    [InlineData("auto", 2, "0", null)]
    [InlineData("auto", 2, "250", "t-00000000000000000000000007000000-0")]
    [InlineData("dedicated", 2, "250", null)]
    [InlineData("shared", 1, "0", "t-00000000000000000000000007000000-0")]
    [InlineData("shared:site-activity", 1, "0", "g-site-activity")]
    public void Topics_share_when_they_say_so_or_want_an_interval_and_have_partitions_to_share_it(
        string log, int partitions, string interval, string? expected)
    {
        var topic = LogWorld.TopicOf(partitions, ("log", log), ("append.interval.ms", interval));

        Assert.Equal(expected, LogPlacement.Of(topic).LogOf(new PartitionId(topic.Id, 0))?.Value);
    }

    [Fact]
    public void A_thousand_partitions_share_one_log()
    {
        var topic = LogWorld.TopicOf(2_000, ("log", "shared"));

        string[] logs =
        [
            .. from index in (int[])[0, 999, 1_000]
            select LogPlacement.Of(topic).LogOf(new PartitionId(topic.Id, index))!.Value.Value[^2..],
        ];

        Assert.Equal(["-0", "-0", "-1"], logs);
    }

    [Theory]
    [InlineData("shared:")]
    [InlineData("shared:Upper")]
    [InlineData("shared:a/b")]
    [InlineData("shared:a.b")]
    [InlineData("shared: a")]
    [InlineData("shared:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Shared")]
    [InlineData("")]
    public void What_is_no_placement_is_refused_with_what_would_be_one(string value)
    {
        Assert.False(TopicConfigDefinitions.TryNormalize("log", value, out _, out var problem));

        Assert.Contains("one of auto, dedicated, shared, or shared: and a name of lower-case letters", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_in_a_shared_log_is_sealed_sooner()
    {
        var config = LogWorld.TopicOf(1, ("segment.ms", "7200000"), ("shared.segment.ms", "60000")).Config;

        Assert.Equal(TimeSpan.FromMinutes(1), LogPlacement.SegmentAge(config, isShared: true));
        Assert.Equal(TimeSpan.FromHours(2), LogPlacement.SegmentAge(config, isShared: false));
    }
}
