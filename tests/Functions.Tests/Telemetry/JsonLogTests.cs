using System.Text.Json;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Tests.Telemetry;

[Collection(ListensAlone.Name)]
public sealed class JsonLogTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task A_line_of_the_json_log_has_its_values_by_name_and_the_id_of_its_trace()
    {
        var lines = await LogAsync("--log-format", "json", "--log-level", "information");

        var entry = Assert.Single(
            lines.Select(static line => JsonDocument.Parse(line).RootElement),
            static line => line.GetProperty("EventId").GetInt32() == 503);
        Assert.Equal("/api/v1/topics", entry.GetProperty("State").GetProperty("Route").GetString());
        Assert.Equal(200, entry.GetProperty("State").GetProperty("Status").GetInt32());
        Assert.Contains(
            entry.GetProperty("Scopes").EnumerateArray(),
            static scope => scope.TryGetProperty("TraceId", out var id) && id.GetString() == Trace);
    }

    [Fact]
    public async Task The_text_log_is_a_line_a_message()
    {
        var lines = await LogAsync("--log-level", "information");

        Assert.Contains(lines, static line => line.EndsWith("GET /api/v1/topics answered 200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logs_reach_a_collector_with_the_id_of_their_trace()
    {
        await using var collector = await Collector.StartAsync();
        await using (var node = await WholeNode.StartAsync(
            [(TelemetryVariables.OtlpEndpoint, collector.Address)], null, "--log-level", "information"))
        {
            await AskAsync(node.Client);
        }

        Assert.Contains(("GET /api/v1/topics answered 200", Trace), collector.Logs);
    }

    private static async Task<string[]> LogAsync(params string[] arguments)
    {
        var (before, output) = (Console.Error, new StringWriter());
        Console.SetError(TextWriter.Synchronized(output));
        try
        {
            await using var node = await WholeNode.StartAsync([], null, arguments);
            await AskAsync(node.Client);
        }
        finally
        {
            Console.SetError(before);
        }

        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static async Task AskAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
