using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.Functions.Tests.Native;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>What is stored in a record stays inside its event: nobody ends another's event or forges one.</summary>
public sealed class EventStreamInjectionTests
{
    private const string Forged = "id: 9:9\nevent: end\ndata: {\"end\":true,\"next\":\"9:9\"}";

    // Each end of a line that some reader knows, alone and doubled, in text and between the tokens of JSON.
    private static readonly string[] Values =
    [
        $"x\n\n{Forged}\n\n", $"x\r\r{Forged.Replace('\n', '\r')}\r\r", $"x\r\n\r\n{Forged}\r\n\r\n",
        $"x\u2028\u2028{Forged}\u2028", $"x\u0085\u0085{Forged}", $"x\0\n\n{Forged}", $"x\v\f\n\n{Forged}",
        $"{{\"a\":1,\n\n\"b\":2}}", "{\"a\":1,\r\r\"b\":2}", "[1,\r\n\r\n2]", "\n\n[1]\n\n", "{\n\"a\":\"\\ud800\"}",
        "{\"a\":\"\\ud800\"}", "{\r\"\\udc00\":1}", "\"\n\n\"", "\ud83d\ude00\n\n",
    ];

    private static readonly RecordHeader[] Headers =
    [
        new($"a\n\n{Forged}\n\n", "b"u8.ToArray()), new("a\r\r", Encoding.UTF8.GetBytes($"\r\r{Forged}\r\r")),
        new("a", new byte[] { 0xFF, (byte)'\n', (byte)'\n' }), new("", null),
    ];

    [Theory]
    [InlineData("")]
    [InlineData("&value=text")]
    [InlineData("&value=json")]
    [InlineData("&value=base64")]
    public async Task Every_record_is_one_event_whatever_is_in_its_key_value_and_headers(string form)
    {
        await using var node = await AttackedServer.StartAsync();
        await StoreAsync(node, Values.Select(static value => (Bytes(value), Bytes(value), Headers)));

        var events = await FollowAsync(node, $"/api/v1/topics/t/records?from=earliest&format=sse{form}");

        Assert.Equal(Values.Length, events.Count);
        for (var offset = 0; offset < events.Count; offset++)
        {
            AssertOneEvent(events[offset], offset, "record");
            using var record = JsonDocument.Parse(events[offset][2].Value);
            Assert.Equal(offset, record.RootElement.GetProperty("offset").GetInt32());
            Assert.Equal(Headers[0].Name, record.RootElement.GetProperty("headers")[0].GetProperty("name").GetString());
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    public async Task Every_CloudEvent_is_one_event_whatever_is_in_its_data(string mediaType)
    {
        await using var node = await AttackedServer.StartAsync();
        await StoreAsync(node, Values.Select(value => (Bytes(value), Bytes(value), EventHeaders(mediaType))));

        var events = await FollowAsync(node, "/api/v1/topics/t/events?from=earliest&format=sse");

        Assert.Equal(Values.Length, events.Count);
        for (var offset = 0; offset < events.Count; offset++)
        {
            AssertOneEvent(events[offset], offset, "cloudevent");
            Assert.Equal("1", JsonDocument.Parse(events[offset][2].Value).RootElement.GetProperty("id").GetString());
        }
    }

    [Theory]
    [InlineData("/api/v1/topics/t/records?from=earliest&format=ndjson")]
    [InlineData("/api/v1/topics/t/records?from=earliest&format=ndjson&value=json")]
    [InlineData("/api/v1/topics/t/records?from=earliest&format=ndjson&follow=true")]
    [InlineData("/api/v1/topics/t/events?from=earliest&format=ndjson")]
    public async Task Every_record_is_one_line(string path)
    {
        await using var node = await AttackedServer.StartAsync();
        await StoreAsync(node, Values.Select(
            static value => (Bytes(value), Bytes(value), EventHeaders("application/json"))));

        var text = await ReadToAsync(node, path, Values.Length);

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Values.Length, lines.Length);
        Assert.All(lines, static line => Assert.DoesNotContain('\r', line));
        Assert.All(lines, static line => JsonDocument.Parse(line).Dispose());
    }

    // A cursor of the client's comes back in the stream only when it is one.
    [Theory]
    [InlineData("0:0%0Aevent:%20end")]
    [InlineData("0:0%0D")]
    [InlineData("0%3A0%E2%80%A8")]
    public async Task A_cursor_that_holds_the_end_of_a_line_is_no_cursor(string cursor)
    {
        await using var node = await AttackedServer.StartAsync();

        using var response = await node.Server.GetAsync($"/topics/t/records?format=sse&cursor={cursor}");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    private static void AssertOneEvent(IReadOnlyList<(string Field, string Value)> fields, int offset, string name)
    {
        Assert.Equal(["id", "event", "data"], fields.Select(static field => field.Field));
        Assert.Equal($"0:{offset + 1}", fields[0].Value);
        Assert.Equal(name, fields[1].Value);
    }

    private static async Task<IReadOnlyList<IReadOnlyList<(string Field, string Value)>>> FollowAsync(
        AttackedServer node, string path) => EventStreamText.Parse(await ReadToAsync(node, path, Values.Length));

    // As many lines of data as there are records, and no more than would come if one of them were forged.
    private static async Task<string> ReadToAsync(AttackedServer node, string path, int records)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await node.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, NativeClient.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var stream = await response.Content.ReadAsStreamAsync(NativeClient.Token);
        var (text, buffer) = (new MemoryStream(), new byte[16 * 1024]);
        int count;
        while (!IsWhole(text, path, records) && (count = await stream.ReadAsync(buffer, NativeClient.Token)) > 0)
        {
            text.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static bool IsWhole(MemoryStream text, string path, int records)
    {
        var soFar = Encoding.UTF8.GetString(text.ToArray());
        return path.Contains("sse", StringComparison.Ordinal)
            ? soFar.Contains($"id: 0:{records}\n", StringComparison.Ordinal)
                && soFar.EndsWith("\n\n", StringComparison.Ordinal)
            : soFar.Count(static character => character == '\n') >= records;
    }

    private static RecordHeader[] EventHeaders(string mediaType) =>
    [
        new("ce_specversion", "1.0"u8.ToArray()), new("ce_id", "1"u8.ToArray()), new("ce_source", "/s"u8.ToArray()),
        new("ce_type", "t"u8.ToArray()), new("content-type", Encoding.ASCII.GetBytes(mediaType)), .. Headers,
    ];

    // As any producer of Kafka's may write it: nothing has looked at these bytes.
    private static async Task StoreAsync(
        AttackedServer node, IEnumerable<(byte[] Key, byte[] Value, RecordHeader[] Headers)> records)
    {
        var builder = new RecordBatchBuilder();
        foreach (var (key, value, headers) in records)
        {
            builder.Append(1000, key, value, headers);
        }

        using var content = new ByteArrayContent(builder.Build(CompressionType.None, new Codecs()).Bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.kafka.recordbatch.v2");
        using var response = await node.Server.Client.PostAsync(
            "/api/v1/topics/t/partitions/0/batches", content, NativeClient.Token);
        await response.JsonAsync();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
