using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.V2;

/// <summary>How long a read waits, and how much it takes.</summary>
public sealed class ReadLimitTests
{
    private const string At = "/consumers/g/instances/c1";

    [Fact]
    public async Task A_read_waits_until_there_are_as_many_bytes_as_the_instance_wants()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", ",\"fetch.min.bytes\":3,\"consumer.request.timeout.ms\":100000");
        await node.ProduceAsync("orders", 0, 1);

        var reading = node.ReadAsync("c1", "");
        await node.ProduceAsync("orders", 0, 2);

        Assert.Equal("orders-0:0 orders-0:1 orders-0:2", await reading);
    }

    [Fact]
    public async Task When_the_time_is_over_a_read_answers_with_fewer_bytes_than_wanted()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", ",\"fetch.min.bytes\":10000000");
        await node.ProduceAsync("orders", 0, 1);

        Assert.Equal("orders-0:0", await node.ReadAsync("c1", "timeout=50"));
    }

    [Theory]
    [InlineData("", ",\"consumer.request.timeout.ms\":50")]
    [InlineData("timeout=100000", ",\"consumer.request.timeout.ms\":50")]
    [InlineData("timeout=9223372036854775807", ",\"consumer.request.timeout.ms\":50")]
    [InlineData("timeout=50", ",\"consumer.request.timeout.ms\":2147483647")]
    [InlineData("timeout=100000", ",\"consumer.request.timeout.ms\":0")]
    [InlineData("timeout=0", ",\"consumer.request.timeout.ms\":-5")]
    [InlineData("timeout=-1&max_bytes=-9223372036854775807", "")]
    [InlineData("max_bytes=9223372036854775807", "")]
    public async Task No_read_waits_longer_than_its_instance_allows(string query, string settings)
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", settings);
        var began = Stopwatch.GetTimestamp();

        Assert.Equal("", await node.ReadAsync("c1", query));

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("", "", 2)]
    [InlineData("", "max_bytes=0", 2)]
    [InlineData("", "max_bytes=5", 5)]
    [InlineData(",\"fetch.min.bytes\":3", "", 3)]
    [InlineData(",\"fetch.min.bytes\":1", "", 2)]
    public async Task A_read_that_names_no_limit_takes_a_page_or_as_much_as_its_instance_waits_for(
        string settings, string query, int records)
    {
        await using var node = await V2Node.StartAsync(settings: new ApiSettings { PageBytesDefault = 2 });
        await node.Server.CreateTopicAsync("orders");
        await node.SubscribeAsync("c1", "\"orders\"", settings);
        await node.ProduceAsync("orders", 0, 8);

        Assert.Equal(records, (await node.ReadAsync("c1", query)).Split(' ').Length);
    }

    [Theory]
    [InlineData("timeout=9223372036854775808")]
    [InlineData("timeout=1e3")]
    [InlineData("max_bytes=--1")]
    [InlineData("max_bytes=0x10")]
    public async Task A_number_that_is_none_is_refused(string query)
    {
        await using var node = await V2Node.StartAsync();
        await node.SubscribeAsync("c1", "\"orders\"");

        (await node.GetAsync($"{At}/records?{query}")).Refuses(400, 400, "must be whole numbers");
    }

    [Fact]
    public async Task A_compressed_batch_is_restored_only_while_there_is_memory_for_it()
    {
        await using var node = await V2Node.StartAsync();
        var topic = await node.Server.CreateTopicAsync("orders");
        await node.ProduceAsync("orders", 0, 1);
        var batch = new RecordBatchBuilder();
        batch.Append(0, null, new byte[10_000], []);
        var token = TestContext.Current.CancellationToken;
        await node.Server.Log.AppendAsync(topic, 0, batch.Build(CompressionType.Gzip, new Codecs()), token);
        await node.SubscribeAsync("c1", "\"orders\"");
        var others = node.Server.Memory.ShareOf(new DefaultHttpContext());
        others.Take(long.MaxValue / 2);

        Assert.Equal("orders-0:0", await node.ReadAsync("c1"));
        var refused = await node.GetAsync($"{At}/records");
        others.Dispose();

        refused.Refuses(429, 42901, "orders-0 could not be decompressed");
        Assert.Equal("1", refused.RetryAfter);
        Assert.Equal("orders-0:1", await node.ReadAsync("c1"));
    }

    [Fact]
    public async Task A_request_names_no_more_than_a_group_can_have()
    {
        await using var node = await V2Node.StartAsync();
        await node.SubscribeAsync("c1", "\"orders\"");
        var partitions = string.Join(',', Enumerable.Repeat("""{"topic":"orders","partition":0}""", 20_000));
        var offsets = partitions.Replace("}", ",\"offset\":0}", StringComparison.Ordinal);
        var times = partitions.Replace("}", ",\"timestamp\":\"0\"}", StringComparison.Ordinal);
        var topics = string.Join(',', Enumerable.Range(0, 20_000).Select(static one => $"\"t{one}\""));

        foreach (var (path, body) in new[]
        {
            ("/assignments", $$"""{"partitions":[{{partitions}}]}"""),
            ("/positions/end", $$"""{"partitions":[{{partitions}}]}"""),
            ("/positions", $$"""{"offsets":[{{offsets}}]}"""),
            ("/positions", $$"""{"timestamps":[{{times}}]}"""),
            ("/offsets", $$"""{"offsets":[{{offsets}}]}"""),
        })
        {
            (await node.PostAsync(At + path, body)).Refuses(422, 422, "names 20000 partitions");
        }

        (await node.PostAsync($"{At}/subscription", $$"""{"topics":[{{topics}}]}""")).Refuses(422, 422, "20000 topics");
        (await node.SendAsync("GET", $"{At}/offsets", $$"""{"partitions":[{{partitions}}]}"""))
            .Refuses(422, 422, "names 20000 partitions");
        (await node.PostAsync($"{At}/subscription", new string(' ', 5_000_000))).Refuses(413, 413, "");
    }
}
