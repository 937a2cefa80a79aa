using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>What reaches Application Insights, by its own protocol.</summary>
[Collection(ListensAlone.Name)]
public sealed class AzureMonitorTests : IAsyncLifetime
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private readonly ConcurrentQueue<JsonElement> _heard = [];
    private WebApplication? _service;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _service = builder.Build();
        _service.MapPost("/v2.1/track", TakeAsync);
        _service.MapFallback(static () => Results.NotFound());
        await _service.StartAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _service!.DisposeAsync();

    [Fact]
    public async Task Requests_what_they_do_and_metrics_reach_application_insights_under_one_id()
    {
        await using (var node = await WholeNode.StartAsync(Variables()))
        {
            await ProduceAsync(node.Client);
        }

        Assert.Contains("append orders", DependenciesOf(Trace));
        Assert.Contains("segment.append", DependenciesOf(Trace));
        Assert.Contains(
            "serverless.log.records.appended",
            Of("MetricData").Select(static data => data.GetProperty("metrics")[0].GetProperty("name").GetString()));
    }

    [Fact]
    public async Task The_standards_sampler_decides_here_as_well()
    {
        await using (var node = await WholeNode.StartAsync(
            [.. Variables(), ("OTEL_TRACES_SAMPLER", "always_off")]))
        {
            await ProduceAsync(node.Client);
        }

        Assert.Empty(Of("RequestData"));
        Assert.Empty(DependenciesOf(Trace));
    }

    private (string, string)[] Variables() =>
    [
        (TelemetryVariables.AzureMonitor, "InstrumentationKey=00000000-0000-0000-0000-000000000001;"
            + $"IngestionEndpoint={_service!.Urls.Single()}/;LiveEndpoint={_service.Urls.Single()}/"),
        (TelemetryVariables.LogsExporter, "none"),
    ];

    private static async Task ProduceAsync(HttpClient client)
    {
        using var creation = await client.PostAsync(
            "/api/v1/topics", Json("""{"name":"orders","partitions":1}"""), Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/topics/orders/records");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        request.Content = Json("""[{"value":"a"}]""");
        using var response = await client.SendAsync(request, Cancellation);
        response.EnsureSuccessStatusCode();
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private async Task TakeAsync(HttpContext context)
    {
        Stream body = context.Request.Body;
        if (context.Request.Headers.ContentEncoding == "gzip")
        {
            body = new GZipStream(body, CompressionMode.Decompress);
        }

        using var lines = new StreamReader(body);
        var count = 0;
        while (await lines.ReadLineAsync() is { } line)
        {
            _heard.Enqueue(JsonDocument.Parse(line).RootElement);
            count++;
        }

        await context.Response.WriteAsJsonAsync(new { itemsReceived = count, itemsAccepted = count, errors = Array.Empty<int>() });
    }

    private IReadOnlyList<JsonElement> Of(string type) =>
    [
        .. _heard.Where(item => item.GetProperty("data").GetProperty("baseType").GetString() == type)
            .Select(static item => item.GetProperty("data").GetProperty("baseData")),
    ];

    private IReadOnlyList<string?> DependenciesOf(string trace) =>
    [
        .. _heard.Where(item => item.GetProperty("data").GetProperty("baseType").GetString() == "RemoteDependencyData"
                && item.GetProperty("tags").GetProperty("ai.operation.id").GetString() == trace)
            .Select(static item => item.GetProperty("data").GetProperty("baseData").GetProperty("name").GetString()),
    ];
}
