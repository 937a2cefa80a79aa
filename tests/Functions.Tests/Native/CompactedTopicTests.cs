using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Functions.Tests.V2;
using Serverless.Functions.Tests.V3;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Native;

/// <summary>A compacted topic takes no record without a key, whichever API it comes through.</summary>
public sealed class CompactedTopicTests
{
    private const string Sentence = "Compacted topic cannot accept message without key in topic ";
    private const string Event = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    private static readonly KeyValuePair<string, string?> Compacted = new("cleanup.policy", "compact");

    [Theory]
    [InlineData("application/json", """[{"key":"a","value":1},{"value":2}]""", "Record 1, at byte 23: ")]
    [InlineData("application/json", """{"value":2}""", "")]
    [InlineData("application/octet-stream", "x", "")]
    [InlineData("application/x-ndjson", "{\"value\":2}\n", "Line 1")]
    public async Task A_record_without_a_key_is_refused_with_its_place_and_nothing_is_stored(
        string mediaType, string body, string place)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync("/topics/t/records", body, mediaType);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.StartsWith(place, detail, StringComparison.Ordinal);
        Assert.Contains(Sentence + "t. Give it one", detail, StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task The_partition_is_named_where_the_request_names_it()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync("/topics/t/partitions/0/records", """{"value":2}""");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        Assert.StartsWith(
            $"Record 0, at byte 0: {Sentence}partition t-0. ", Detail(problem), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_with_a_key_is_stored_with_a_value_or_none()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(
            "/topics/t/records", """[{"key":"a","value":1},{"key":"a","value":null}]""");

        await response.JsonAsync();
        Assert.Equal(2, (await server.ReadAsync("/topics/t/records")).Values().Count);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Lz4)]
    public async Task Of_record_batches_none_is_stored_when_one_has_a_record_without_a_key(CompressionType type)
    {
        await using var server = await StartAsync();
        var (good, bad) = (BatchOf(type, "a"), BatchOf(type, "a", null));
        using var content = new ByteArrayContent([.. good, .. bad]);
        content.Headers.ContentType = new("application/vnd.kafka.recordbatch.v2");

        using var response = await server.Client.PostAsync(
            "/api/v1/topics/t/partitions/0/batches", content, NativeClient.Token);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        Assert.StartsWith(
            $"At byte {good.Length}: record 1 of the batch: {Sentence}", Detail(problem), StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task In_v2_a_record_without_a_key_fails_for_itself()
    {
        await using var node = await V2Node.StartAsync();
        await node.Server.CreateTopicAsync("t", 1, Compacted);

        var some = await node.PostAsync(
            "/topics/t", """{"records":[{"value":1},{"key":"a","value":2},{"value":3}]}""", V2Node.Json);
        var none = await node.PostAsync("/topics/t/partitions/0", """{"records":[{"value":1}]}""", V2Node.Json);

        const string Error = Sentence + "t. Give it one, or set cleanup.policy of the topic to delete.";
        some.Is(200, $$$"""
            {"offsets":[{"partition":null,"offset":null,"error_code":50002,"error":"{{{Error}}}"},
                        {"partition":0,"offset":0,"error_code":null,"error":null},
                        {"partition":null,"offset":null,"error_code":50002,"error":"{{{Error}}}"}],
             "key_schema_id":null,"value_schema_id":null}
            """);
        Assert.Equal("2", some.ProduceFailures);
        Assert.Equal("1", none.ProduceFailures);
    }

    [Fact]
    public async Task In_v3_a_record_without_a_key_fails_for_itself()
    {
        await using var node = await V3Node.StartAsync();
        await node.Server.CreateTopicAsync("t", 1, Compacted);
        const string Keyless = """{"value":{"type":"STRING","data":"a"}}""";
        const string Keyed = """{"key":{"type":"STRING","data":"k"},"value":{"type":"STRING","data":"b"}}""";

        var stream = await node.PostAsync("topics/t/records", Keyless + Keyed);
        var batch = await node.PostAsync(
            "topics/t/records:batch", $$"""{"entries":[{"id":"1",{{Keyless[1..]}},{"id":"2",{{Keyed[1..]}}]}""");

        Assert.Equal([422, 200], stream.Receipts.Select(static one => one.GetProperty("error_code").GetInt32()));
        Assert.Contains(Sentence, stream.Receipts[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("2", batch.Json.GetProperty("successes")[0].GetProperty("id").GetString());
        Assert.Equal(42206, batch.Json.GetProperty("failures")[0].GetProperty("error_code").GetInt32());
    }

    [Theory]
    [InlineData("/topics/t/events", "the attribute partitionkey, whose text is its key")]
    [InlineData("/topics/t/events?key=subject", "the attribute subject, whose text is its key")]
    public async Task An_event_without_a_key_is_told_which_attribute_would_give_it_one(string path, string remedy)
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(
            path, $$"""[{{{Event}},"partitionkey":"k","subject":"s"},{{{Event}}}]""",
            "application/cloudevents-batch+json");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_RECORD");
        Assert.StartsWith("Event 1, ", Detail(problem), StringComparison.Ordinal);
        Assert.Contains(Sentence, Detail(problem), StringComparison.Ordinal);
        Assert.Contains(remedy, Detail(problem), StringComparison.Ordinal);
        Assert.Empty((await server.ReadAsync("/topics/t/records")).Values());
    }

    [Fact]
    public async Task An_event_that_is_published_without_a_key_is_told_so_too()
    {
        await using var server = await StartAsync();

        using var response = await server.Client.PostAsync(
            "/topics/t:publish?api-version=2024-06-01",
            NativeClient.Content($$"""{{{Event}}}""", "application/cloudevents+json; charset=utf-8"),
            NativeClient.Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(NativeClient.Token);
        var error = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("error");
        Assert.Equal("INVALID_RECORD", error.GetProperty("innererror").GetProperty("code").GetString());
        Assert.Contains(
            "Give the event the attribute partitionkey", error.GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    private static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync();
        await server.CreateTopicAsync("t", 1, Compacted);
        return server;
    }

    private static string Detail(JsonElement problem) => problem.GetProperty("detail").GetString()!;

    private static byte[] BatchOf(CompressionType type, params string?[] keys)
    {
        var builder = new RecordBatchBuilder();
        foreach (var key in keys)
        {
            ReadOnlyMemory<byte>? bytes = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key);
            builder.Append(1000, bytes, "v"u8.ToArray(), []);
        }

        return builder.Build(type, new Codecs()).Bytes.ToArray();
    }
}
