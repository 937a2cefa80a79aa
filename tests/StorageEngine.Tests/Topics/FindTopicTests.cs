using System.Text;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;
using static Serverless.StorageEngine.Tests.Topics.TopicCatalogFixture;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class FindTopicTests
{
    private readonly TopicCatalogFixture _store = new();

    [Fact]
    public async Task A_topic_in_use_costs_one_read_per_cache_age()
    {
        await _store.CreateAsync(Orders);
        _store.Tables.Operations.Reset();

        for (var i = 0; i < 10; i++)
        {
            await _store.Node.FindAsync(Orders, Token);
        }

        Assert.Equal(1, _store.Tables.Operations.TableReads);
        _store.Time.Advance(TimeSpan.FromSeconds(1.001));
        await _store.Node.FindAsync(Orders, Token);
        Assert.Equal(2, _store.Tables.Operations.TableReads);
    }

    [Fact]
    public async Task A_full_cache_reads_further_topics_from_the_store_and_makes_room_when_entries_have_aged()
    {
        var node = _store.CreateNode(new TopicCatalogSettings { TopicsCachedMax = 1 }, seed: 3);
        await _store.CreateAsync(Name("a"));
        await _store.CreateAsync(Name("b"));
        await node.FindAsync(Name("a"), Token);
        _store.Tables.Operations.Reset();

        await node.FindAsync(Name("b"), Token);
        await node.FindAsync(Name("b"), Token);
        Assert.Equal(2, _store.Tables.Operations.TableReads);

        _store.Time.Advance(TimeSpan.FromSeconds(1.001));
        await node.FindAsync(Name("b"), Token);
        await node.FindAsync(Name("b"), Token);
        Assert.Equal(3, _store.Tables.Operations.TableReads);
    }

    [Fact]
    public async Task A_read_that_began_before_a_deletion_does_not_bring_the_topic_back_after_it()
    {
        await _store.CreateAsync(Orders);
        _store.Tables.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.GetRow)
            {
                _store.Tables.Interception.After = null;
                await _store.Node.DeleteAsync(Orders, Token);
            }
        };

        await _store.Node.FindAsync(Orders, Token);

        Assert.Null(await _store.Node.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task The_list_is_in_order_of_the_names_and_goes_over_several_pages()
    {
        for (var i = 0; i < TableLimits.PageRowsMax + 5; i++)
        {
            await _store.CreateAsync(Name($"t{i:D5}"));
        }

        await _store.CreateAsync(Name("A"));

        var names = await _store.Node.ListAsync(Token).Select(static topic => topic.Name.Value).ToListAsync(Token);

        Assert.Equal(TableLimits.PageRowsMax + 6, names.Count);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"00000000000000000000000000000000","partitions":0,"created_at":0,"configs":{}}""")]
    [InlineData("""{"id":"xyz","partitions":1,"created_at":0,"configs":{}}""")]
    [InlineData("""{"id":"00000000000000000000000000000000","partitions":1,"created_at":0,"configs":null}""")]
    [InlineData("""{"id":"00000000000000000000000000000000","partitions":1,"created_at":0,"configs":{"segment.ms":"x"}}""")]
    public async Task A_row_that_is_no_topic_is_damage(string json)
    {
        await StoreAsync(json);

        await Assert.ThrowsAsync<CorruptDataException>(async () => await _store.Node.FindAsync(Orders, Token));
    }

    [Fact]
    public async Task A_setting_of_a_later_version_is_kept_through_a_change_by_this_one()
    {
        await StoreAsync("""{"id":"00000000000000000000000000000000","partitions":1,"created_at":0,"configs":{"from.the.future":"1"}}""");

        await SetAsync(_store.Node, Orders, "segment.ms", "5");

        var overrides = (await _store.Node.FindAsync(Orders, Token))!.Config.Overrides;
        Assert.Equal(["from.the.future", "segment.ms"], overrides.Keys);
    }

    private async Task StoreAsync(string json) =>
        await _store.Tables.ExecuteAsync(
            TopicCatalog.TablePartition, [new RowChange.Insert("topic|orders", Encoding.UTF8.GetBytes(json))], Token);
}
