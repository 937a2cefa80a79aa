using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Topics.TopicCatalogFixture;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class TopicConfigRulesTests
{
    private readonly TopicCatalogFixture _store = new();

    [Theory]
    [InlineData(
        "segment.bytes=20000 retention.bytes=19999",
        "segment.bytes (20000) is larger than retention.bytes (19999), which could not be kept: set segment.bytes to "
            + "19999 at most, or set retention.bytes to 20000 at least or to -1.")]
    [InlineData(
        "segment.bytes=20000 retention.bytes=5",
        "segment.bytes (20000) is larger than retention.bytes (5), which could not be kept: take segment.bytes back, or "
            + "set retention.bytes to 20000 at least or to -1.")]
    [InlineData(
        "min.compaction.lag.ms=6 max.compaction.lag.ms=5",
        "Conflict topic config setting min.compaction.lag.ms (6) > max.compaction.lag.ms (5): set "
            + "max.compaction.lag.ms to 6 at least, or min.compaction.lag.ms to 5 at most.")]
    [InlineData(
        "local.retention.ms=6 retention.ms=5",
        "local.retention.ms (6) is larger than retention.ms (5): set local.retention.ms to 5 at most, or to -2 for no "
            + "copies.")]
    public async Task Settings_that_contradict_each_other_are_refused_with_what_would_be_right(
        string settings, string detail)
    {
        var problem = new TopicProblem(TopicProblemCode.InvalidConfig, detail);

        Assert.Equal(
            new TopicCreation.Refused(problem), await TryCreateAsync(_store.Node, Orders, 1, Parse(settings)));
        Assert.Null(await _store.Node.FindAsync(Orders, Token));

        await _store.CreateAsync(Orders);
        Assert.Equal(new TopicChange.Refused(problem), await AlterAsync(Parse(settings)));
        Assert.Empty((await _store.Node.FindAsync(Orders, Token))!.Config.Overrides);
    }

    [Theory]
    [InlineData("")]
    [InlineData("segment.bytes=20000 retention.bytes=20000")]
    [InlineData("segment.bytes=20000 retention.bytes=-1")]
    [InlineData("retention.bytes=0")]
    [InlineData("min.compaction.lag.ms=5 max.compaction.lag.ms=5")]
    [InlineData("min.compaction.lag.ms=9223372036854775807")]
    [InlineData("local.retention.ms=5 retention.ms=5")]
    [InlineData("local.retention.ms=5 retention.ms=-1")]
    [InlineData("local.retention.ms=-1 retention.ms=5")]
    [InlineData("retention.ms=5")]
    [InlineData("local.retention.ms=9223372036854775807")]
    [InlineData("max.message.bytes=1048588 segment.bytes=16384")]
    [InlineData("cleanup.policy=compact,delete remote.storage.enable=true")]
    public async Task What_can_be_kept_is_taken_and_so_is_what_Kafka_takes_beside_its_defaults(string settings) =>
        Assert.IsType<TopicCreation.Created>(await TryCreateAsync(_store.Node, Orders, 1, Parse(settings)));

    [Fact]
    public async Task A_change_is_judged_together_with_what_was_set_before()
    {
        await _store.CreateAsync(Orders, 1, Parse("segment.bytes=20000"));

        Assert.IsType<TopicChange.Refused>(await AlterAsync(Parse("retention.bytes=19999 retention.ms=5")));
        Assert.Equal(Parse("segment.bytes=20000"), await OverridesAsync());

        Assert.IsType<TopicChange.Changed>(await AlterAsync(Parse("retention.bytes=19999 segment.bytes=19999")));
        Assert.IsType<TopicChange.Changed>(await _store.Node.AlterConfigsAsync(
            Orders, [new("segment.bytes", null, TopicConfigOperation.Delete)], validateOnly: false, Token));
        Assert.Equal(Parse("retention.bytes=19999"), await OverridesAsync());
    }

    [Fact]
    public async Task Taking_back_a_setting_that_kept_two_others_apart_is_refused_too()
    {
        var defaults = ImmutableSortedDictionary<string, string>.Empty.Add("max.compaction.lag.ms", "5");
        var node = _store.CreateNode(new TopicCatalogSettings { ConfigDefaults = defaults }, seed: 3);
        await node.CreateAsync(
            Orders, 1, Pairs(Parse("min.compaction.lag.ms=6 max.compaction.lag.ms=7")), validateOnly: false, Token);

        Assert.IsType<TopicChange.Refused>(await node.AlterConfigsAsync(
            Orders, [new("max.compaction.lag.ms", null, TopicConfigOperation.Delete)], validateOnly: false, Token));
    }

    [Fact]
    public async Task A_contradiction_that_was_there_before_does_not_keep_other_settings_from_being_changed()
    {
        await _store.CreateAsync(Orders, 1, Parse("min.compaction.lag.ms=6"));
        var defaults = ImmutableSortedDictionary<string, string>.Empty.Add("max.compaction.lag.ms", "5");
        var node = _store.CreateNode(new TopicCatalogSettings { ConfigDefaults = defaults }, seed: 3);

        Assert.IsType<TopicChange.Changed>(await SetAsync(node, Orders, "retention.ms", "7"));
        Assert.IsType<TopicChange.Refused>(await SetAsync(node, Orders, "min.compaction.lag.ms", "7"));
        Assert.IsType<TopicChange.Changed>(await SetAsync(node, Orders, "min.compaction.lag.ms", "5"));
    }

    private static (string Name, string? Value)[] Parse(string settings) =>
        [.. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static setting => setting.Split('='))
            .Select(static parts => (parts[0], (string?)parts[1]))];

    private ValueTask<TopicChange> AlterAsync((string Name, string? Value)[] settings) =>
        _store.Node.AlterConfigsAsync(
            Orders,
            [.. settings.Select(static setting =>
                new TopicConfigChange(setting.Name, setting.Value, TopicConfigOperation.Set))],
            validateOnly: false,
            Token);

    private async Task<(string Name, string? Value)[]> OverridesAsync() =>
        [.. (await _store.Node.FindAnewAsync(Orders, Token))!.Config.Overrides
            .Select(static setting => (setting.Key, (string?)setting.Value))];
}
