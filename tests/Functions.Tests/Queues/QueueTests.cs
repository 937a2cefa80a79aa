using System.Net;
using System.Text.Json;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Queues;

/// <summary>Receivers share a topic record by record.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task A_record_is_received_once_with_all_that_a_read_shows_of_it()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();
        using var post = await server.PostAsync(
            "/topics/t/records", """{"key":"k","value":{"a":1},"headers":{"h":"x"},"timestamp":5}""");
        await post.JsonAsync();

        using var response = await server.SendAsync(HttpMethod.Post, "/topics/t/queues/work:receive", content: null);
        var answer = await response.JsonAsync();

        var record = Assert.Single(answer.GetProperty("records").EnumerateArray());
        var token = record.GetProperty("lock_token").GetString();
        Assert.Equal(
            $$"""
            {"lock_token":"{{token}}","delivery_count":1,"partition":0,"offset":0,"timestamp":5,"key":"k","value":{"a":1},"headers":[{"name":"h","value":"x"}]}
            """,
            record.GetRawText());
        Assert.Equal(30_000, answer.GetProperty("lock_duration_ms").GetInt64());
        Assert.Empty(await server.ReceiveAsync());
    }

    [Fact]
    public async Task Receivers_on_several_nodes_share_the_records_and_any_node_acknowledges()
    {
        await using var one = await ApiServer.StartAsync();
        await using var two = await ApiServer.StartAsync(beside: one);
        await one.CreateTopicAsync("t", partitions: 3);
        await one.CreateQueueAsync();
        await one.AppendAsync([.. Enumerable.Range(0, 20)]);

        var received = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(at => (at % 2 == 0 ? one : two).ReceiveAsync("?limit=4")));
        var all = received.SelectMany(static some => some).ToArray();
        var rest = await two.ReceiveAsync("?limit=20");
        var answer = await two.SayAsync("acknowledge", [.. all, .. rest]);

        Assert.Equal(Enumerable.Range(0, 20), all.Concat(rest).ToArray().Numbers().Order());
        Assert.Equal(20, answer.GetProperty("succeeded").GetArrayLength());
        Assert.Equal(0, (await one.DescribeAsync()).GetProperty("backlog").GetInt64());
    }

    [Fact]
    public async Task A_receive_that_waits_gets_what_another_node_appends()
    {
        await using var one = await ApiServer.StartAsync();
        await using var two = await ApiServer.StartAsync(beside: one);
        await one.CreateTopicAsync("t", partitions: 2);
        await one.CreateQueueAsync();
        var waiting = one.ReceiveAsync("?wait=60s");

        await two.AppendAsync(7);

        var numbers = (await waiting).Numbers();
        Assert.Equal([7], numbers);
    }

    [Fact]
    public async Task What_is_released_comes_again_and_what_is_released_with_a_delay_does_not_yet()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();
        await server.AppendAsync(1, 2);
        var received = await server.ReceiveAsync();

        await server.SayAsync("release?delay=60m", received[0]);
        await server.SayAsync("release", received[1]);

        var again = Assert.Single(await server.ReceiveAsync());
        Assert.Equal((2, 2), (again.GetProperty("value").GetInt32(), again.GetProperty("delivery_count").GetInt32()));
    }

    [Fact]
    public async Task What_is_rejected_goes_to_the_dead_letter_topic()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync(""","dead_letter_topic":"t.dlq" """);
        await server.AppendAsync(1, 2);

        await server.SayAsync("reject", (await server.ReceiveAsync("?limit=1"))[0]);

        Assert.Equal(["1"], (await server.ReadAsync("/topics/t.dlq/records")).Values());
        var numbers = (await server.ReceiveAsync()).Numbers();
        Assert.Equal([2], numbers);
    }

    [Fact]
    public async Task A_lock_that_is_renewed_holds_and_a_token_counts_once()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();
        await server.AppendAsync(1);
        var received = await server.ReceiveAsync();

        var renewed = await server.SayAsync("renew", received);
        var acknowledged = await server.SayAsync("acknowledge", received);
        var again = await server.SayAsync("acknowledge", received);

        Assert.Empty(renewed.FailedCodes());
        Assert.Empty(acknowledged.FailedCodes());
        Assert.Equal(["INVALID_RECORD_STATE"], again.FailedCodes());
    }

    [Fact]
    public async Task A_token_that_comes_twice_in_a_request_has_one_outcome()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();
        await server.AppendAsync(1);
        var received = await server.ReceiveAsync();

        var acknowledged = await server.SayAsync("acknowledge", [.. received, .. received]);

        Assert.Equal(1, acknowledged.GetProperty("succeeded").GetArrayLength());
        Assert.Empty(acknowledged.FailedCodes());
    }

    [Fact]
    public async Task A_lock_ends_by_the_clock_of_the_storage_service()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await ApiServer.StartAsync(storageClock: clock);
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync(""","lock_duration_ms":60000 """);
        await server.AppendAsync(1, 2);
        var received = await server.ReceiveAsync("?limit=1");
        clock.Advance(TimeSpan.FromSeconds(61));

        // Any write brings the news of the time.
        await server.ReceiveAsync("?limit=1");

        var again = Assert.Single(await server.ReceiveAsync());
        Assert.Equal(2, again.GetProperty("delivery_count").GetInt32());
        Assert.Equal(["INVALID_RECORD_STATE"], (await server.SayAsync("acknowledge", received)).FailedCodes());
    }

    [Fact]
    public async Task A_queue_is_created_changed_described_listed_and_deleted()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var created = await server.PutQueueAsync("{}");
        using var changed = await server.PutQueueAsync(
            """{"lock_duration_ms":1000,"delivery_limit":1,"in_flight_max":2000,"dead_letter_topic":"dead"}""");
        await server.AppendAsync(1, 2);
        await server.ReceiveAsync("?limit=1&receiver=w-1");
        var described = await server.DescribeAsync();
        var listed = await server.ReadAsync("/topics/t/queues");
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/topics/t/queues/work", content: null);
        using var gone = await server.GetAsync("/topics/t/queues/work");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(
            """{"topic":"t","group":"work","auto_offset_reset":"latest","lock_duration_ms":30000,"delivery_limit":5,"in_flight_max":200,"dead_letter_topic":null}""",
            (await created.JsonAsync()).GetRawText());
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        const string Settings = """
            "topic":"t","group":"work","auto_offset_reset":"latest","lock_duration_ms":1000,"delivery_limit":1,"in_flight_max":2000,"dead_letter_topic":"dead"
            """;
        Assert.Equal(
            $$$"""{{{{Settings}}},"backlog":2,"partitions":[{"partition":0,"start_offset":0,"end_offset":1,"high_watermark":2,"backlog":2,"acquired":1,"archiving":0,"receivers":{"w-1":1}}]}""",
            described.GetRawText());
        Assert.Equal($$$"""{"queues":[{{{{Settings}}}}]}""", listed.GetRawText());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await gone.ProblemAsync(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Fact]
    public async Task Names_of_queues_may_hold_colons_and_any_text()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        const string Path = "/topics/t/queues/a:b%20%C3%A9";

        using var put = await server.PutQueueAsync("""{"auto_offset_reset":"earliest"}""", Path);
        await server.AppendAsync(1);
        using var received = await server.SendAsync(HttpMethod.Post, Path + ":receive", content: null);

        Assert.Equal("a:b \u00e9", (await put.JsonAsync()).GetProperty("group").GetString());
        Assert.Equal(1, (await received.JsonAsync()).GetProperty("records").GetArrayLength());
    }

    [Fact]
    public async Task Queues_of_one_topic_know_nothing_of_each_other()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        await server.CreateQueueAsync();
        using var put = await server.PutQueueAsync("""{"auto_offset_reset":"earliest"}""", "/topics/t/queues/other");
        await server.AppendAsync(1);

        var mine = await server.ReceiveAsync();
        using var others = await server.PostAsync(
            "/topics/t/queues/other:acknowledge",
            JsonSerializer.Serialize(new { lock_tokens = new[] { mine[0].GetProperty("lock_token").GetString() } }));
        using var theirs = await server.SendAsync(HttpMethod.Post, "/topics/t/queues/other:receive", content: null);

        Assert.Equal(["INVALID_LOCK_TOKEN"], (await others.JsonAsync()).FailedCodes());
        Assert.Equal(1, (await theirs.JsonAsync()).GetProperty("records").GetArrayLength());
    }
}
