using System.Net;
using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Native;

/// <summary>Requests that say which idempotent producer they come from.</summary>
public sealed class IdempotentProducerTests
{
    private const string Records = "/topics/t/partitions/0/records";
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task A_repeated_request_is_stored_once_and_answered_with_its_first_offsets()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        const string Body = """[{"value":1,"timestamp":7},{"value":2}]""";

        using var first = await server.PostWithAsync(Records, Body, Producer(0));
        using var again = await server.PostWithAsync(Records, Body, Producer(0));

        Assert.False((await first.JsonAsync()).TryGetProperty("duplicate", out _));
        Assert.Equal(
            """{"records":2,"duplicate":true,"offsets":[{"partition":0,"offset":0,"timestamp":7,"duplicate":true},"""
            + """{"partition":0,"offset":1,"duplicate":true}]}""",
            (await again.JsonAsync()).GetRawText());
        Assert.Equal(["1", "2"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task The_next_request_goes_on_where_the_last_one_ended()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var first = await server.PostWithAsync(Records, """[{"value":1},{"value":2}]""", Producer(0));
        using var second = await server.PostWithAsync(Records, """{"value":3}""", Producer(2));

        await first.JsonAsync();
        Assert.Equal(2, (await second.JsonAsync()).GetProperty("offsets")[0].GetProperty("offset").GetInt64());
        Assert.Equal(["1", "2", "3"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task A_gap_is_told_what_is_expected_and_what_came()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var first = await server.PostWithAsync(Records, """[{"value":1},{"value":2}]""", Producer(0));
        await first.JsonAsync();

        using var gap = await server.PostWithAsync(Records, """{"value":4}""", Producer(3));

        var problem = await gap.ProblemAsync(HttpStatusCode.Conflict, "OUT_OF_ORDER_SEQUENCE_NUMBER");
        Assert.Equal(2, problem.GetProperty("expected").GetInt32());
        Assert.Equal(3, problem.GetProperty("received").GetInt32());
        Assert.Equal("none", problem.GetProperty("side_effects").GetString());
        Assert.Contains("records are missing", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["1", "2"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task What_is_older_than_the_last_five_batches_is_not_stored_again()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        for (var sequence = 0; sequence < 6; sequence++)
        {
            using var response = await server.PostWithAsync(Records, """{"value":1}""", Producer(sequence));
            await response.JsonAsync();
        }

        using var old = await server.PostWithAsync(Records, """{"value":1}""", Producer(0));

        var problem = await old.ProblemAsync(HttpStatusCode.Conflict, "OUT_OF_ORDER_SEQUENCE_NUMBER");
        var detail = problem.GetProperty("detail").GetString();
        Assert.Contains("older than the last five", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_epoch_that_was_replaced_is_refused_and_told_the_current_one()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var newer = await server.PostWithAsync(Records, """{"value":1}""", Producer(0, epoch: 4));
        await newer.JsonAsync();

        using var older = await server.PostWithAsync(Records, """{"value":2}""", Producer(0, epoch: 3));

        var problem = await older.ProblemAsync(HttpStatusCode.Forbidden, "INVALID_PRODUCER_EPOCH");
        Assert.Equal(4, problem.GetProperty("current_epoch").GetInt32());
        Assert.Equal(["1"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task A_new_epoch_that_does_not_begin_at_0_is_told_so()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var older = await server.PostWithAsync(Records, """{"value":1}""", Producer(0, epoch: 4));
        await older.JsonAsync();

        using var newer = await server.PostWithAsync(Records, """{"value":2}""", Producer(3, epoch: 5));

        var problem = await newer.ProblemAsync(HttpStatusCode.Conflict, "OUT_OF_ORDER_SEQUENCE_NUMBER");
        Assert.Matches(
            "^Epoch 5 of producer [0-9]+ is new in partition 0 and begins at sequence number 0; 3 came\\.$",
            problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_partition_that_remembers_as_many_producers_as_it_can_says_when_to_come_again()
    {
        await using var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("t");
        await Task.WhenAll(Enumerable.Range(100, 1000).Select(async id =>
        {
            var builder = new RecordBatchBuilder();
            builder.SetProducer(id, 0, 0);
            builder.Append(0, null, null, []);
            await server.Log.AppendAsync(topic, 0, builder.Build(), NativeClient.Token);
        }));

        using var refused = await server.PostWithAsync(Records, """{"value":1}""", Producer(0));

        var problem = await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "THROTTLED");
        var title = problem.GetProperty("title").GetString();
        Assert.Equal("The partition remembers as many idempotent producers as it can.", title);
        Assert.StartsWith(
            "Partition 0 remembers 1,000 idempotent producers, and each of them wrote within the last 10 minutes.",
            problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Sequence_numbers_begin_again_behind_the_largest()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var last = await server.PostWithAsync(
            Records, """[{"value":1},{"value":2},{"value":3}]""", Producer(int.MaxValue - 1));
        using var next = await server.PostWithAsync(Records, """{"value":4}""", Producer(1));

        await last.JsonAsync();
        await next.JsonAsync();
        Assert.Equal(["1", "2", "3", "4"], (await server.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task A_request_that_is_cut_into_batches_counts_on_through_them()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 1, new KeyValuePair<string, string?>("max.message.bytes", "100"));
        var filling = new string('x', 25);
        var records = Enumerable.Range(0, 4).Select(i => $$"""{"value":"{{i}}{{filling}}"}""");
        var body = $"[{string.Join(',', records)}]";

        using var first = await server.PostWithAsync(Records, body, Producer(0));
        using var again = await server.PostWithAsync(Records, body, Producer(0));
        using var next = await server.PostWithAsync(Records, """{"value":5}""", Producer(4));

        await first.JsonAsync();
        Assert.True((await again.JsonAsync()).GetProperty("duplicate").GetBoolean());
        Assert.Equal(4, (await next.JsonAsync()).GetProperty("offsets")[0].GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task A_repeated_stream_may_be_cut_into_other_batches()
    {
        await using var large = await ApiServer.StartAsync();
        await using var small = await ApiServer.StartAsync(new() { StreamBatchBytesMax = 2048 }, beside: large);
        await large.CreateTopicAsync("t");
        var lines = Enumerable.Range(0, 20).Select(i => $"{{\"n\":{i},\"x\":\"{new string('x', 400)}\"}}").ToArray();

        // Five small batches at the most, which is what is remembered of a producer.
        using var first = await small.PostWithAsync(Records, string.Join('\n', lines[..10]), Producer(0), Lines);
        using var again = await large.PostWithAsync(Records, string.Join('\n', lines), Producer(0), Lines);

        Assert.Equal(
            """{"records":10,"partitions":[{"partition":0,"first_offset":0,"last_offset":9,"records":10}]}""",
            (await first.JsonAsync()).GetRawText());
        Assert.Equal(
            """{"records":20,"partitions":[{"partition":0,"first_offset":0,"last_offset":19,"records":20,"""
            + "\"duplicates\":10}]}",
            (await again.JsonAsync()).GetRawText());
        Assert.Equal(lines, (await large.ReadAsync(Records)).Values());
    }

    [Fact]
    public async Task A_stream_is_acknowledged_run_by_run_where_a_part_of_a_batch_was_there()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var first = await server.PostWithAsync(Records, "1\n2\n", Producer(0), Lines);
        await first.JsonAsync();

        using var again = await server.PostWithAsync(
            Records, "1\n\n2\n3\n", Producer(0) + "|Accept: application/x-ndjson", Lines);

        Assert.Equal(
            """
            {"partition":0,"base_offset":0,"records":2,"duplicate":true,"last_line":3,"durable_line":4}
            {"partition":0,"base_offset":2,"records":1,"last_line":4,"durable_line":4}
            {"records":3,"partitions":[{"partition":0,"first_offset":0,"last_offset":2,"records":3,"duplicates":2}]}

            """,
            await again.Content.ReadAsStringAsync(NativeClient.Token));
    }

    [Fact]
    public async Task One_value_as_it_is_takes_one_sequence_number()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var first = await server.PostWithAsync(Records, "a", Producer(0), "text/plain");
        using var again = await server.PostWithAsync(Records, "a", Producer(0), "text/plain");
        using var next = await server.PostWithAsync(Records, "b", Producer(1), "text/plain");

        await first.JsonAsync();
        Assert.True((await again.JsonAsync()).GetProperty("duplicate").GetBoolean());
        await next.JsonAsync();
        Assert.Equal(["\"a\"", "\"b\""], (await server.ReadAsync(Records)).Values());
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_raw_batch_brings_its_producer_itself(CompressionType type)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var first = await PostAsync(server, [.. BatchOf(type, 0, "a", "b"), .. BatchOf(type, 2, "c")]);
        using var again = await PostAsync(server, [.. BatchOf(type, 2, "c"), .. BatchOf(type, 3, "d")]);
        using var gap = await PostAsync(server, BatchOf(type, 5, "f"));

        await first.JsonAsync();
        Assert.Equal(
            """{"records":2,"batches":[{"base_offset":2,"records":1,"duplicate":true},"""
            + """{"base_offset":3,"records":1}]}""",
            (await again.JsonAsync()).GetRawText());
        var problem = await gap.ProblemAsync(HttpStatusCode.Conflict, "OUT_OF_ORDER_SEQUENCE_NUMBER");
        Assert.Equal(4, problem.GetProperty("expected").GetInt32());
        Assert.Equal(
            ["\"a\"", "\"b\"", "\"c\"", "\"d\""], (await server.ReadAsync("/topics/t/records")).Values());
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Zstd)]
    public async Task A_raw_batch_of_which_a_part_is_known_is_cut(CompressionType type)
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");
        using var first = await PostAsync(server, BatchOf(type, 0, "a", "b"));
        await first.JsonAsync();

        using var again = await PostAsync(server, BatchOf(type, 1, "b", "c"));

        Assert.Equal(
            """{"records":2,"batches":[{"base_offset":1,"records":1,"duplicate":true},"""
            + """{"base_offset":2,"records":1}]}""",
            (await again.JsonAsync()).GetRawText());
        Assert.Equal(["\"a\"", "\"b\"", "\"c\""], (await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task Headers_do_not_stand_in_for_the_producer_of_a_raw_batch()
    {
        await using var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t");

        using var headers = await PostAsync(server, BatchOf(CompressionType.None, 0, "a"), Producer(0));
        using var key = await PostAsync(server, BatchOf(CompressionType.None, 0, "a"), "Idempotency-Key: k");

        var problem = await headers.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.StartsWith(
            "Producer-Id is for records; a record batch names", problem.GetProperty("detail").GetString());
        problem = await key.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.StartsWith(
            "Idempotency-Key and a batch of producer 9 exclude each other", problem.GetProperty("detail").GetString());
    }

    private static string Producer(int sequence, int epoch = 0) =>
        $"Producer-Id: 9|Producer-Epoch: {epoch}|Producer-Seq: {sequence}";

    private static Task<HttpResponseMessage> PostAsync(ApiServer server, byte[] batches, string headers = "")
    {
        var content = new ByteArrayContent(batches);
        content.Headers.ContentType = new("application/vnd.kafka.recordbatch.v2");
        return server.SendAsync(HttpMethod.Post, "/topics/t/partitions/0/batches", content, headers);
    }

    private static byte[] BatchOf(CompressionType type, int sequence, params string[] values)
    {
        var builder = new RecordBatchBuilder();
        builder.SetProducer(9, 0, sequence);
        foreach (var value in values)
        {
            builder.Append(1000, null, Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build(type, new Codecs()).Bytes.ToArray();
    }
}
