using System.Net;
using System.Text;
using Serverless.Functions.Tests.Native;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>No record that a producer may store stops those who read the topic.</summary>
public sealed class PoisonRecordTests
{
    private const string V2 = "application/vnd.kafka.v2+json";
    private static readonly string Deep = new string('[', 500_000) + new string(']', 500_000);

    public static TheoryData<string> Values =>
    [
        "{\n\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\"}", "\"\\udc00\"", "{\"\\ud800\":1}", "[\n\"\\udc00\"]", Deep,
        $"{{\n\"a\":{Deep}}}", "1e999999", "{\"a\":1,\"a\":\n2}", "\u0000", "\ufeff{}", "{\"specversion\":\"\\ud800\"}",
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Every_way_to_read_goes_past_it(string value)
    {
        await using var node = await StartAsync();
        await StoreAsync(node, value, "Record-Header-x", "y");
        await StoreAsync(node, "424242", "Record-Header-x", "y");

        foreach (var path in (string[])
            [
                "/api/v1/topics/t/records", "/api/v1/topics/t/records?value=json",
                "/api/v1/topics/t/records?value=text",
                "/api/v1/topics/t/partitions/0/records?offset=0&format=ndjson",
                "/v3/clusters/{C}/topics/t/records", "/v3/clusters/{C}/topics/t/partitions/0/records?offset=0",
            ])
        {
            Assert.Contains("424242", await node.ReadAsync("GET", path), StringComparison.Ordinal);
        }

        Assert.Contains("424242", await ConsumedAsync(node, "json"), StringComparison.Ordinal);
        Assert.Contains(
            Convert.ToBase64String("424242"u8), await ConsumedAsync(node, "binary"), StringComparison.Ordinal);
        foreach (var receive in (string[])
            [
                "/api/v1/topics/t/queues/q:receive?limit=10",
                "/topics/t/eventsubscriptions/r:receive?api-version=2024-06-01&maxEvents=10&maxWaitTime=10",
            ])
        {
            Assert.Contains("424242", await node.ReadAsync("POST", receive), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Every_way_to_read_events_goes_past_it_when_it_is_an_event_s_data(string value)
    {
        await using var node = await StartAsync();
        foreach (var (id, data) in new[] { ("1", value), ("next", "1") })
        {
            await StoreAsync(
                node,
                data,
                "Record-Header-ce_specversion", "1.0", "Record-Header-ce_id", id, "Record-Header-ce_source", "/s",
                "Record-Header-ce_type", "t", "Record-Header-content-type", "application/json");
        }

        foreach (var format in (string[])["batch", "ndjson"])
        {
            Assert.Contains(
                "\"next\"",
                await node.ReadAsync("GET", $"/api/v1/topics/t/events?from=earliest&format={format}"),
                StringComparison.Ordinal);
        }

        foreach (var format in (string[])["structured", "binary"])
        {
            await node.ReadAsync("GET", $"/api/v1/topics/t/partitions/0/events?offset=0&format={format}");
        }

        Assert.Contains(
            "\"next\"",
            await node.ReadAsync(
                "POST", "/topics/t/eventsubscriptions/r:receive?api-version=2024-06-01&maxEvents=10&maxWaitTime=10"),
            StringComparison.Ordinal);
    }

    private static async Task<AttackedServer> StartAsync()
    {
        var node = await AttackedServer.StartAsync();
        foreach (var queue in (string[])["q", "r"])
        {
            await node.SendAsync(
                "PUT",
                $"/api/v1/topics/t/queues/{queue}",
                "application/json",
                """{"auto_offset_reset":"earliest"}"""u8.ToArray());
        }

        return node;
    }

    private static async Task<string> ConsumedAsync(AttackedServer node, string format)
    {
        var instance = $"/consumers/{format}/instances/i";
        await node.SendAsync("POST", $"/consumers/{format}", V2, Encoding.UTF8.GetBytes(
            $$"""{"name":"i","format":"{{format}}","auto.offset.reset":"earliest"}"""));
        await node.SendAsync("POST", instance + "/subscription", V2, """{"topics":["t"]}"""u8.ToArray());
        return await node.ReadAsync("GET", instance + "/records", $"application/vnd.kafka.{format}.v2+json");
    }

    private static async Task StoreAsync(AttackedServer node, string value, params string[] headers)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(value));
        content.Headers.ContentType = new("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topics/t/records") { Content = content };
        for (var i = 0; i < headers.Length; i += 2)
        {
            request.Headers.Add(headers[i], headers[i + 1]);
        }

        using var response = await node.Client.SendAsync(request, NativeClient.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
