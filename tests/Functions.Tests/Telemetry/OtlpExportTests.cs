using System.Net.Http.Json;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Tests.Telemetry;

/// <summary>What reaches a collector; whoever traces hears every request of the process, so they run alone.</summary>
[Collection(ListensAlone.Name)]
public sealed class OtlpExportTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_is_traced_reaches_the_collector_as_part_of_the_clients_trace()
    {
        await using var collector = await Collector.StartAsync();

        await using (var node = await WholeNode.StartAsync(Endpoint(collector)))
        {
            await node.Client.GetAsync("/health/live", Cancellation);
            await AskAsync(node.Client, sampled: true);
        }

        var span = Assert.Single(collector.Spans, static span => span.Source == "Microsoft.AspNetCore");
        Assert.Equal((Trace, Parent), (span.Trace, span.Parent));
        Assert.Equal("GET /api/v1/topics", span.Name);
        Assert.Equal("serverless", span.Service);
        Assert.DoesNotContain(span.Attributes.Values, static value => value.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_its_client_does_not_trace_is_not_traced()
    {
        await using var collector = await Collector.StartAsync();

        await using (var node = await WholeNode.StartAsync(Endpoint(collector)))
        {
            await AskAsync(node.Client, sampled: false);
        }

        Assert.DoesNotContain(collector.Spans, static span => span.Trace == Trace);
    }

    [Fact]
    public async Task Metrics_of_engine_server_and_runtime_reach_the_collector()
    {
        await using var collector = await Collector.StartAsync();

        await using (var node = await WholeNode.StartAsync(Endpoint(collector)))
        {
            await node.Client.PostAsJsonAsync("/api/v1/topics", new { name = "orders", partitions = 1 }, Cancellation);
        }

        Assert.Superset(
            new HashSet<string> { "serverless.storage.operations", "http.server.request.duration", "dotnet.gc.collections" },
            collector.Metrics.ToHashSet());
    }

    [Fact]
    public async Task The_variables_of_the_standard_choose_name_sampler_and_kinds()
    {
        await using var collector = await Collector.StartAsync();

        await using (var node = await WholeNode.StartAsync([
            .. Endpoint(collector),
            ("OTEL_SERVICE_NAME", "log-of-orders"),
            ("OTEL_TRACES_SAMPLER", "parentbased_always_off"),
            (TelemetryVariables.MetricsExporter, "none"),
        ]))
        {
            await node.Client.GetAsync("/api/v1/topics", Cancellation);
            await AskAsync(node.Client, sampled: true);
            Assert.Equal("", await node.Client.GetStringAsync("/metrics", Cancellation));
        }

        Assert.Empty(collector.Metrics);
        Assert.All(collector.Spans, static span => Assert.Equal((Trace, "log-of-orders"), (span.Trace, span.Service)));
        Assert.NotEmpty(collector.Spans);
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_no_request_anything()
    {
        await using var node = await WholeNode.StartAsync([
            (TelemetryVariables.OtlpEndpoint, "http://127.0.0.1:9"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "100"),
        ]);

        var response = await node.Client.GetAsync("/api/v1/topics", Cancellation);

        response.EnsureSuccessStatusCode();
    }

    private static (string, string)[] Endpoint(Collector collector) =>
        [(TelemetryVariables.OtlpEndpoint, collector.Address)];

    private static async Task AskAsync(HttpClient client, bool sampled)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics?code=hush");
        request.Headers.Add("traceparent", $"00-{Trace}-{Parent}-{(sampled ? "01" : "00")}");
        using var response = await client.SendAsync(request, Cancellation);
    }
}
