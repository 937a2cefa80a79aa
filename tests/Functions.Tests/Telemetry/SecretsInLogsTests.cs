using System.Net.Sockets;
using System.Text;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>Whatever a client sends, nothing of it that may be a secret stands in the log, at any level.</summary>
public sealed class SecretsInLogsTests
{
    private const string Secret = "hush-AccountKey-c2VjcmV0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("debug")]
    [InlineData("information")]
    public async Task What_is_produced_asked_for_and_refused_leaves_no_secret_in_the_log(string level)
    {
        using var log = new WholeLog();
        await using (var node = await WholeNode.StartAsync([], log, "--log-level", level))
        {
            await ProduceAsync(node.Client);
            await RefuseAsync(node.Client);
            await SendBrokenHeadersAsync(node.Client.BaseAddress!);
        }

        Assert.Contains(log.Entries, static entry => entry.Contains("answered 200", StringComparison.Ordinal));
        Assert.Contains(log.Entries, static entry => entry.Contains("answered 400", StringComparison.Ordinal));
        Assert.All(log.Entries, static entry => Assert.DoesNotContain("hush", entry, StringComparison.Ordinal));
        Assert.All(log.Entries, static entry => Assert.DoesNotContain("aHVzaDpodXNo", entry, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_is_told_by_its_route_and_never_by_its_query()
    {
        using var log = new WholeLog();
        await using (var node = await WholeNode.StartAsync([], log, "--log-level", "information"))
        {
            await node.Client.GetAsync($"/api/v1/topics/missing/records?code={Secret}", Cancellation);
            await node.Client.GetAsync($"/nowhere?code={Secret}", Cancellation);
        }

        Assert.Contains(log.Entries, static entry => entry.Contains(
            "GET /api/v1/topics/{topic}/records answered 400", StringComparison.Ordinal));
        Assert.Contains(log.Entries, static entry => entry.Contains("GET nothing answered 404", StringComparison.Ordinal));
        Assert.All(log.Entries, static entry => Assert.DoesNotContain("hush", entry, StringComparison.Ordinal));
    }

    private static async Task ProduceAsync(HttpClient client)
    {
        await SendAsync(client, HttpMethod.Post, "/api/v1/topics", """{"name":"orders","partitions":1}""");
        var sent = await SendAsync(
            client,
            HttpMethod.Post,
            "/api/v1/topics/orders/records",
            $$$"""[{"key":"{{{Secret}}}","value":{"password":"{{{Secret}}}"},"headers":{"{{{Secret}}}":"{{{Secret}}}"}}]""");
        Assert.Equal(System.Net.HttpStatusCode.OK, sent);
        await SendAsync(
            client,
            HttpMethod.Post,
            "/topics/orders",
            $$$"""{"records":[{"value":"{{{Secret}}}"}]}""",
            "application/vnd.kafka.json.v2+json");
        await SendAsync(client, HttpMethod.Get, $"/api/v1/topics/orders/records?code={Secret}", null);
        await SendAsync(client, HttpMethod.Get, "/api/v1/topics/orders/records", null);
    }

    private static async Task RefuseAsync(HttpClient client)
    {
        foreach (var words in (string[])[$"Bearer {Secret}", $"Basic {Secret}", "Basic aHVzaDpodXNo", Secret])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
            request.Headers.TryAddWithoutValidation("Authorization", words);
            using var response = await client.SendAsync(request, Cancellation);
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
        }

        await SendAsync(client, HttpMethod.Post, "/api/v1/topics/orders/records", $$"""[{"value":"{{Secret}}" {{Secret}}""");
        await SendAsync(client, HttpMethod.Post, "/api/v1/topics/orders/records", $$"""[{"{{Secret}}":1}]""");
        await SendAsync(client, HttpMethod.Post, $"/api/v1/topics/orders/records?{Secret}=1", "[]");
        await SendAsync(
            client,
            HttpMethod.Post,
            "/topics/orders",
            $$$"""{"records":[{"value":"{{{Secret}}}"}]}""",
            "application/vnd.kafka.binary.v2+json");
    }

    private static async Task<System.Net.HttpStatusCode> SendAsync(
        HttpClient client, HttpMethod method, string path, string? body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("x-functions-key", Secret);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", method == HttpMethod.Post ? Secret + body?.Length : null);
        request.Content = body is null ? null : new StringContent(
            body, Encoding.UTF8, System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type));
        using var response = await client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    // The server's own messages quote what it cannot read.
    private static async Task SendBrokenHeadersAsync(Uri address)
    {
        string[] broken =
        [
            $"GET /api HTTP/1.1\r\nHost: x\r\nAuthorization {Secret}\r\n\r\n",
            $"GET /api/{Secret} HTTP/9.9\r\nHost: x\r\n\r\n",
            $"{Secret}\r\n\r\n",
            $"POST /api/v1/topics HTTP/1.1\r\nHost: x\r\nContent-Length: {Secret}\r\n\r\n",
        ];
        foreach (var text in broken)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, Cancellation);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), Cancellation);
            var answer = await new StreamReader(stream).ReadToEndAsync(Cancellation);
            Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        }
    }
}
