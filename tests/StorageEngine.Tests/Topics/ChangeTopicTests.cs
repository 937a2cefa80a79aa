using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Topics.TopicCatalogFixture;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class ChangeTopicTests
{
    private readonly TopicCatalogFixture _store = new();

    [Fact]
    public async Task Partitions_can_be_added()
    {
        var created = await _store.CreateAsync(Orders, 2);

        var changed = await AddAsync(_store.Node, 3);

        Assert.Equal(new TopicChange.Changed(created with { PartitionCount = 3 }), changed);
        Assert.Equal(3, (await _store.Node.FindAsync(Orders, Token))?.PartitionCount);
    }

    [Theory]
    [InlineData(2, "Topic already has 2 partition(s).")]
    [InlineData(1, "The topic orders currently has 2 partition(s); 1 would not be an increase.")]
    [InlineData(0, "Number of partitions must be larger than 0.")]
    [InlineData(10_001, "Number of partitions must be at most 10000, but 10001 were asked for.")]
    public async Task No_more_partitions_than_before_or_too_many_is_refused(int partitions, string detail)
    {
        await _store.CreateAsync(Orders, 2);

        var refused = Assert.IsType<TopicChange.Refused>(await AddAsync(_store.Node, partitions));

        Assert.Equal(new TopicProblem(TopicProblemCode.InvalidPartitions, detail), refused.Problem);
        Assert.Equal(2, (await _store.Node.FindAsync(Orders, Token))?.PartitionCount);
    }

    [Fact]
    public async Task Partitions_whose_addition_was_written_but_not_answered_are_added()
    {
        await _store.CreateAsync(Orders, 2);
        _store.LoseTheNextAnswer();

        Assert.IsType<TopicChange.Changed>(await AddAsync(_store.Node, 3));
    }

    [Fact]
    public async Task A_change_that_loses_a_race_is_decided_again_over_what_the_winner_wrote()
    {
        await _store.CreateAsync(Orders, 2);
        _store.BeforeTheNextWrite(async () => await AddAsync(_store.OtherNode, 5));

        var refused = Assert.IsType<TopicChange.Refused>(await AddAsync(_store.Node, 4));

        Assert.Equal(
            "The topic orders currently has 5 partition(s); 4 would not be an increase.", refused.Problem.Detail);
    }

    [Fact]
    public async Task Two_changes_at_once_of_different_settings_both_stand()
    {
        await _store.CreateAsync(Orders);
        _store.BeforeTheNextWrite(async () => await SetAsync(_store.OtherNode, Orders, "segment.ms", "5"));

        await SetAsync(_store.Node, Orders, "retention.ms", "7");

        var config = (await _store.Node.FindAsync(Orders, Token))!.Config;
        Assert.Equal(TimeSpan.FromMilliseconds(5), config.SegmentAge);
        Assert.Equal(TimeSpan.FromMilliseconds(7), config.RetentionTime);
    }

    [Fact]
    public async Task A_setting_that_is_deleted_falls_back_to_the_default()
    {
        await _store.CreateAsync(Orders, 1, ("segment.ms", "5"));

        await _store.Node.AlterConfigsAsync(
            Orders, [new("segment.ms", null, TopicConfigOperation.Delete)], validateOnly: false, Token);

        var config = (await _store.Node.FindAsync(Orders, Token))!.Config;
        Assert.Equal(TimeSpan.FromDays(7), config.SegmentAge);
        Assert.Empty(config.Overrides);
    }

    [Fact]
    public async Task One_setting_that_is_not_possible_keeps_all_changes_of_the_request_out()
    {
        await _store.CreateAsync(Orders);

        var outcome = await _store.Node.AlterConfigsAsync(
            Orders,
            [
                new("segment.ms", "5", TopicConfigOperation.Set),
                new("no.such.setting", null, TopicConfigOperation.Delete),
            ],
            validateOnly: false,
            Token);

        var refused = Assert.IsType<TopicChange.Refused>(outcome);
        Assert.Equal("Unknown topic config name: no.such.setting", refused.Problem.Detail);
        Assert.Empty((await _store.Node.FindAsync(Orders, Token))!.Config.Overrides);
    }

    [Fact]
    public async Task Validation_of_a_change_writes_nothing()
    {
        await _store.CreateAsync(Orders, 2);

        Assert.IsType<TopicChange.Changed>(
            await _store.Node.AddPartitionsAsync(Orders, 3, validateOnly: true, Token));

        Assert.Equal(2, (await _store.OtherNode.FindAsync(Orders, Token))?.PartitionCount);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_cannot_be_changed()
    {
        Assert.IsType<TopicChange.UnknownTopic>(await AddAsync(_store.Node, 2));
        Assert.IsType<TopicChange.UnknownTopic>(await SetAsync(_store.Node, Orders, "segment.ms", "5"));
    }

    [Fact]
    public async Task This_node_sees_its_change_at_once_and_others_no_later_than_the_cache_age()
    {
        await _store.CreateAsync(Orders, 1);
        await _store.Node.FindAsync(Orders, Token);
        await _store.OtherNode.FindAsync(Orders, Token);

        await AddAsync(_store.Node, 2);

        Assert.Equal(2, (await _store.Node.FindAsync(Orders, Token))?.PartitionCount);
        Assert.Equal(1, (await _store.OtherNode.FindAsync(Orders, Token))?.PartitionCount);
        _store.Time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal(2, (await _store.OtherNode.FindAsync(Orders, Token))?.PartitionCount);
    }

    private static ValueTask<TopicChange> AddAsync(TopicCatalog node, int partitions) =>
        node.AddPartitionsAsync(Orders, partitions, validateOnly: false, Token);
}
