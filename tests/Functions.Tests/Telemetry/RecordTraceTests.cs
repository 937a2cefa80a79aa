using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.Functions.Tests.Telemetry;

public sealed class RecordTraceTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Native = "/api/v1/topics/orders/records";
    private const string Event = """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":1}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Native, "application/json", """[{"value":"a"}]""")]
    [InlineData(Native, "application/x-ndjson", """{"value":"a"}""")]
    [InlineData(Native, "text/plain", "a")]
    [InlineData("/api/v1/topics/orders/events", "application/cloudevents+json", Event)]
    [InlineData("/topics/orders", "application/vnd.kafka.json.v2+json", """{"records":[{"value":"a"}]}""")]
    [InlineData("/v3/clusters/{cluster}/topics/orders/records", "application/json",
        """{"value":{"type":"STRING","data":"a"}}""")]
    [InlineData("/v3/clusters/{cluster}/topics/orders/records:batch", "application/json",
        """{"entries":[{"id":"1","value":{"type":"STRING","data":"a"}}]}""")]
    public async Task Records_of_every_api_carry_the_trace_of_their_request(string path, string type, string body)
    {
        await using var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("orders");
        if (path.Contains("{cluster}", StringComparison.Ordinal))
        {
            var clusters = await server.Client.GetStringAsync("/v3/clusters", Cancellation);
            path = path.Replace(
                "{cluster}", clusters.Split("\"cluster_id\":\"")[1].Split('"')[0], StringComparison.Ordinal);
        }

        await SendAsync(server, path, type, body, ("traceparent", Parent), ("tracestate", "a=1"));

        var record = Assert.Single(await ReadAsync(server, topic));
        Assert.Equal(Parent, HeaderOf(record, "traceparent"));
        Assert.Equal("a=1", HeaderOf(record, "tracestate"));
    }

    [Fact]
    public async Task A_record_that_has_a_trace_keeps_it()
    {
        await using var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("orders");
        const string Own = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        await SendAsync(
            server,
            Native,
            "application/json",
            $$$"""[{"value":"a","headers":{"TraceParent":"{{{Own}}}"}},{"value":"b","headers":{"x":"y"}}]""",
            ("traceparent", Parent));

        var records = await ReadAsync(server, topic);
        Assert.Equal(Own, HeaderOf(Assert.Single(records[0].Headers)));
        Assert.Equal(["y", Parent], records[1].Headers.Select(HeaderOf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public async Task A_request_without_a_trace_adds_nothing(string parent)
    {
        await using var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("orders");

        await SendAsync(server, Native, "application/json", """[{"value":"a"}]""", ("traceparent", parent));

        Assert.Empty(Assert.Single(await ReadAsync(server, topic)).Headers);
    }

    [Fact]
    public async Task An_operator_can_leave_the_traces_out()
    {
        await using var server = await ApiServer.StartAsync(new ApiSettings { RecordTraceContext = false });
        var topic = await server.CreateTopicAsync("orders");

        await SendAsync(server, Native, "application/json", """[{"value":"a"}]""", ("traceparent", Parent));

        Assert.Empty(Assert.Single(await ReadAsync(server, topic)).Headers);
    }

    [Fact]
    public async Task No_record_is_refused_because_its_trace_would_make_it_too_large()
    {
        await using var server = await ApiServer.StartAsync();
        var topic = await server.CreateTopicAsync("orders", 1, new KeyValuePair<string, string?>("max.message.bytes", "220"));

        await SendAsync(server, Native, "application/json", $$"""[{"value":"{{new string('a', 120)}}"}]""", ("traceparent", Parent));

        Assert.Empty(Assert.Single(await ReadAsync(server, topic)).Headers);
    }

    [Fact]
    public void A_state_that_is_not_one_is_left_out_and_the_parent_stays()
    {
        var headers = new HeaderDictionary { ["traceparent"] = Parent, ["tracestate"] = new string('a', 513) };

        Assert.Equal("traceparent", Assert.Single(RecordTrace.Read(headers)!.Headers).Name);
    }

    private static async Task SendAsync(
        ApiServer server, string path, string type, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type)),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await server.Client.SendAsync(request, Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<IReadOnlyList<Record>> ReadAsync(ApiServer server, StorageEngine.Topics.Topic topic)
    {
        var fetched = Assert.IsType<FetchOutcome.Fetched>(
            await server.Log.FetchAsync(topic, 0, 0, 1_000_000, Cancellation));
        return [.. fetched.Batches.SelectMany(static batch => RecordBatchReader.ReadRecords(batch, new Codecs()))];
    }

    private static string? HeaderOf(Record record, string name) => record.Headers
        .Where(header => header.Name == name)
        .Select(HeaderOf)
        .SingleOrDefault();

    private static string HeaderOf(RecordHeader header) => Encoding.UTF8.GetString(header.Value!.Value.Span);
}
