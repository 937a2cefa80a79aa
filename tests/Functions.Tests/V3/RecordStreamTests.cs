using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Serverless.Functions.Api;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;
using Record = Serverless.StorageEngine.Records.Record;

namespace Serverless.Functions.Tests.V3;

public sealed class RecordStreamTests
{
    private const string Url = "topics/orders/records";

    [Fact]
    public async Task A_record_is_stored_as_sent_and_its_receipt_says_where()
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, """
            {"partition_id":0,"headers":[{"name":"h","value":"eA=="},{"name":"n","value":null}],
             "key":{"type":"STRING","data":"k\u00e9y"},"value":{"type":"JSON","data":{"a":1}},
             "timestamp":"2026-01-01T00:00:00Z"}
            """);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.Status, answer.MediaType));
        Assert.Equal(
            $$$"""
            {"error_code":200,"cluster_id":"{{{node.ClusterId}}}","topic_name":"orders","partition_id":0,"offset":0,"timestamp":"2026-01-01T00:00:00Z","key":{"type":"STRING","size":4},"value":{"type":"JSON","size":7}}
            """ + "\r\n",
            answer.Body);
        var record = Assert.Single(await ReadAsync(node));
        Assert.Equal(("kéy", """{"a":1}"""), (Text(record.Key), Text(record.Value)));
        Assert.Equal(1_767_225_600_000, record.Timestamp);
        Assert.Equal(
            [("h", "x"), ("n", null)], record.Headers.Select(static header => (header.Name, Text(header.Value))));
    }

    [Theory]
    [InlineData("""{"type":"BINARY","data":"aGk="}""", "hi", "BINARY", 2)]
    [InlineData("""{"type":"BINARY","data":""}""", "", "BINARY", 0)]
    [InlineData("""{"data":"hi","type":"STRING"}""", "hi", "STRING", 2)]
    [InlineData("""{"type":"STRING","data":"\"\n"}""", "\"\n", "STRING", 2)]
    [InlineData("""{"type":"JSON","data":"hi"}""", "\"hi\"", "JSON", 4)]
    [InlineData("""{"type":"JSON","data":[1, 2]}""", "[1, 2]", "JSON", 6)]
    [InlineData("""{"type":"JSON","data":null}""", null, "JSON", 0)]
    [InlineData("""{"type":"STRING"}""", null, "STRING", 0)]
    [InlineData("""{"type":"STRING","data":"x","subject":null}""", "x", "STRING", 1)]
    public async Task A_value_is_the_bytes_that_its_type_says(string value, string? expected, string type, int size)
    {
        await using var node = await OrdersAsync();

        var receipt = Assert.Single((await node.PostAsync(Url, $$"""{"value":{{value}}}""")).Receipts);

        var stored = receipt.GetProperty("value");
        Assert.Equal((type, size), (stored.GetProperty("type").GetString(), stored.GetProperty("size").GetInt32()));
        Assert.False(receipt.TryGetProperty("key", out _));
        Assert.Equal(expected, Text(Assert.Single(await ReadAsync(node)).Value));
    }

    [Fact]
    public async Task A_record_may_have_neither_key_nor_value()
    {
        await using var node = await OrdersAsync();

        var receipt = Assert.Single((await node.PostAsync(Url, """{"key":null}""")).Receipts);

        Assert.False(receipt.TryGetProperty("key", out _) || receipt.TryGetProperty("value", out _));
        var record = Assert.Single(await ReadAsync(node));
        Assert.True(record.Key is null && record.Value is null);
    }

    [Theory]
    [InlineData("""{"partition_id":-1}""", 40402, "Partition not found.")]
    [InlineData("""{"partition_id":1}""", 40402, "Partition not found.")]
    [InlineData("""{"partition_id":"0"}""", 400, "partition_id")]
    [InlineData("""{"partition_id":99999999999}""", 400, "partition_id")]
    [InlineData("""{"records":[]}""", 400, "Unrecognized field \"records\"")]
    [InlineData("""{"id":"1"}""", 400, "Unrecognized field \"id\"")]
    [InlineData("[1]", 400, "A record is a JSON object.")]
    [InlineData("1 ", 400, "A record is a JSON object.")]
    [InlineData("""{"value":"x"}""", 400, "A key or value is an object")]
    [InlineData("""{"value":{"type":"BINARY","data":"%%%"}}""", 400, "is not a valid base64 string.")]
    [InlineData("""{"value":{"type":"BINARY","data":1}}""", 400, "is not a valid base64 string.")]
    [InlineData("""{"value":{"type":"STRING","data":1}}""", 400, "STRING")]
    [InlineData("""{"value":{"type":"STRING","data":"\ud800"}}""", 400, "An escape of a string")]
    [InlineData("""{"value":{"type":"XML","data":"x"}}""", 400, "BINARY, STRING or JSON")]
    [InlineData("""{"value":{"type":1}}""", 400, "type")]
    [InlineData("""{"value":{"type":"STRING","colour":"red"}}""", 400, "Unrecognized field \"colour\"")]
    [InlineData("""{"value":{"data":"x"}}""", 422, "Error: 42206 : Payload error. The member type is missing")]
    [InlineData("""{"value":{"type":"AVRO","data":"x"}}""", 422, "Error: 42206 : Payload error. ")]
    [InlineData("""{"value":{"schema_id":7,"data":"x"}}""", 422, "schema registry")]
    [InlineData("""{"headers":{}}""", 400, "headers")]
    [InlineData("""{"headers":[{"value":"eA=="}]}""", 400, "name")]
    [InlineData("""{"headers":["h"]}""", 400, "name")]
    [InlineData("""{"headers":[{"name":"h","value":"%"}]}""", 400, "base64")]
    [InlineData("""{"timestamp":1}""", 400, "ISO 8601")]
    [InlineData("""{"timestamp":"yesterday"}""", 400, "ISO 8601")]
    [InlineData("""{"timestamp":"1969-12-31T23:59:59Z"}""", 422, "before 1970")]
    public async Task A_bad_record_costs_its_receipt_only_even_as_the_first(string bad, int code, string message)
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, bad + """{"value":{"type":"STRING","data":"good"}}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var receipts = answer.Receipts;
        Assert.Equal(code, receipts[0].GetProperty("error_code").GetInt32());
        Assert.Contains(message, receipts[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, answer.Codes[1]);
        Assert.Equal(0, receipts[1].GetProperty("offset").GetInt32());
        Assert.Equal("good", Text(Assert.Single(await ReadAsync(node)).Value));
    }

    [Theory]
    [InlineData("}")]
    [InlineData("{\"value\":")]
    [InlineData("{\"value\"}")]
    [InlineData("nonsense")]
    public async Task What_is_no_JSON_ends_the_stream_with_a_receipt_and_keeps_what_stands_before_it(string broken)
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, "{} {}" + broken + "{}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal([200, 200, 400], answer.Codes);
        Assert.Equal(2, (await ReadAsync(node)).Count);
    }

    [Fact]
    public async Task What_is_no_JSON_from_the_start_is_a_receipt_too()
    {
        await using var node = await OrdersAsync();

        var answer = await node.PostAsync(Url, "{");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var message = Assert.Single(answer.Receipts).GetProperty("message").GetString();
        Assert.StartsWith("Bad Request: ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n ")]
    public async Task An_empty_body_is_refused(string body)
    {
        await using var node = await OrdersAsync();

        (await node.PostAsync(Url, body))
            .IsError(422, 42206, "Payload error. Request body is empty. Data is required.");
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/vnd.kafka.json.v2+json", 415)]
    [InlineData("application/json; charset=utf-16", 400)]
    public async Task Another_media_type_is_refused(string mediaType, int status)
    {
        await using var node = await OrdersAsync();
        using var body = new ByteArrayContent("{}"u8.ToArray());
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);

        using var response = await node.Server.Client.PostAsync($"{node.Cluster}/{Url}", body, V3Node.Token);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Latin_text_and_compressed_bodies_are_read()
    {
        await using var node = await OrdersAsync();
        using var latin = new ByteArrayContent(Encoding.Latin1.GetBytes("""{"value":{"type":"STRING","data":"é"}}"""));
        latin.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=ISO-8859-1");
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write("""{"value":{"type":"STRING","data":"z"}}"""u8);
        }

        using var gzip = new ByteArrayContent(zipped.ToArray());
        gzip.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        gzip.Headers.ContentEncoding.Add("gzip");

        (await node.Server.Client.PostAsync($"{node.Cluster}/{Url}", latin, V3Node.Token)).Dispose();
        (await node.Server.Client.PostAsync($"{node.Cluster}/{Url}", gzip, V3Node.Token)).Dispose();

        Assert.Equal(["é", "z"], (await ReadAsync(node)).Select(static record => Text(record.Value)));
    }

    [Fact]
    public async Task Many_records_keep_their_order_and_share_batches()
    {
        const int Count = 20_000;
        await using var node = await OrdersAsync();
        var body = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $$$"""{"value":{"type":"JSON","data":{{{i}}}}}""");
        }

        var answer = await node.PostAsync(Url, body.ToString());

        Assert.Equal(Enumerable.Range(0, Count), answer.Offsets);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(static i => $"{i}"),
            (await ReadAsync(node)).Select(static record => Text(record.Value)));
        Assert.InRange(node.Server.Segments.Operations.Appends, 1, 200);
    }

    [Fact]
    public async Task More_than_may_be_pending_flows_through_all_the_same()
    {
        var settings = new ApiSettings { StreamPendingBytesMax = 1024, StreamBatchBytesMax = 1024 };
        await using var node = await OrdersAsync(settings);
        var value = new string('x', 900);

        var answer = await node.PostAsync(
            Url, string.Concat(Enumerable.Repeat($$$"""{"value":{"type":"STRING","data":"{{{value}}}"}}""", 50)));

        Assert.Equal(Enumerable.Repeat(200, 50), answer.Codes);
    }

    [Fact]
    public async Task A_record_above_the_topics_limit_is_refused_and_the_next_is_not()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync(
            "orders", 1, KeyValuePair.Create<string, string?>("max.message.bytes", "200"));

        var answer = await node.PostAsync(
            Url, $$$"""{"value":{"type":"STRING","data":"{{{new string('x', 200)}}}"}}{}""");

        Assert.Equal([413, 200], answer.Codes);
    }

    [Fact]
    public async Task One_value_longer_than_a_node_buffers_ends_the_stream()
    {
        await using var node = await OrdersAsync(new ApiSettings { RequestBytesMax = 64 * 1024 });

        var answer = await node.PostAsync(
            Url, $$$"""{}{"value":{"type":"STRING","data":"{{{new string('x', 200_000)}}}"}}""");

        Assert.Equal([200, 413], answer.Codes);
    }

    [Fact]
    public async Task Keyed_records_go_where_Kafkas_partitioner_sends_them()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("orders", partitions: 6);

        var answer = await node.PostAsync(
            Url, """{"key":{"type":"STRING","data":"LAX"}}{"key":{"type":"BINARY","data":"TEFY"}}""");

        var expected = Partitioner.PartitionOf("LAX"u8, 6);
        Assert.Equal(
            [expected, expected],
            answer.Receipts.Select(static receipt => receipt.GetProperty("partition_id").GetInt32()));
    }

    [Fact]
    public async Task A_topic_that_another_node_deletes_in_mid_stream_is_told_by_the_receipt()
    {
        await using var node = await OrdersAsync();
        await using var other = await ApiServer.StartAsync(beside: node.Server);
        await node.PostAsync(Url, "{}");
        (await other.Client.DeleteAsync($"{node.Cluster}/topics/orders", V3Node.Token)).Dispose();

        // This node remembers the topic for a second: it is the log that knows.
        var receipt = Assert.Single((await node.PostAsync(Url, "{}")).Receipts);

        Assert.Equal(40403, receipt.GetProperty("error_code").GetInt32());
    }

    private static async Task<V3Node> OrdersAsync(ApiSettings? settings = null)
    {
        var node = await V3Node.StartAsync(settings);
        await node.Server.CreateTopicAsync("orders");
        return node;
    }

    private static async Task<List<Record>> ReadAsync(V3Node node)
    {
        Assert.True(TopicName.TryParse("orders", out var name, out _));
        var topic = (await node.Server.Topics.FindAsync(name, V3Node.Token))!;
        var records = new List<Record>();
        while (true)
        {
            var fetched = Assert.IsType<FetchOutcome.Fetched>(
                await node.Server.Log.FetchAsync(topic, 0, records.Count, 1 << 20, V3Node.Token));
            if (fetched.Batches.Count == 0)
            {
                return records;
            }

            foreach (var batch in fetched.Batches)
            {
                records.AddRange(RecordBatchReader.ReadRecords(batch, new Codecs()));
            }
        }
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}
