using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Host.Telemetry;
using Serverless.Infra.Tests.Bicep;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Infra.Tests;

/// <summary>Whatever is shown or watched is measured: every metric in dashboard and alerts is one that a node sends.</summary>
public sealed partial class DashboardTests
{
    private const string Workbook = "infra/dashboards/workbook.json";

    // What the queries take apart a metric by; the code names them beside the metric.
    private static readonly string[] Tags =
        ["operation", "outcome", "result", "action", "group", "entity", "quota", "topic", "http.response.status_code"];

    public static TheoryData<string> Sets => ParameterSet.Names;

    [Fact]
    public async Task Every_metric_of_the_dashboard_is_one_that_a_node_sends()
    {
        var sent = await MetricsOfNodeAsync();

        Assert.All(Queries(), query => Assert.Subset(sent, NamesIn(query)));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Every_metric_of_an_alert_is_one_that_a_node_sends(string set)
    {
        var sent = await MetricsOfNodeAsync();
        var queries = Snapshot.Read(set).OfType("Microsoft.Insights/scheduledQueryRules")
            .Select(static rule => (string)rule.List("properties.criteria.allOf").Single()["query"]!)
            .Where(static query => query.StartsWith("customMetrics", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(6, queries.Count);
        Assert.All(queries, query => Assert.Subset(sent, NamesIn(query)));
    }

    [Fact]
    public async Task Every_metric_of_the_engine_that_tells_of_clients_and_storage_is_on_the_dashboard()
    {
        var shown = Queries().SelectMany(NamesIn).ToHashSet();

        // Told by the alert on damage, by the cost of a topic, or rare and harmless.
        string[] elsewhere =
        [
            "serverless.log.background.failures", "serverless.log.batches.repeated", "serverless.log.row_updates.failed",
            "serverless.log.block.bytes", "serverless.keeper.bytes", "serverless.groups.removed",
            "serverless.groups.offsets.removed",
        ];
        Assert.Equal(
            (await MetricsOfNodeAsync()).Where(static name => name.StartsWith("serverless.", StringComparison.Ordinal))
                .Except(elsewhere).Order(),
            shown.Where(static name => name.StartsWith("serverless.", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void The_dashboard_takes_metrics_apart_by_tags_that_they_have() => Assert.All(
        Queries().SelectMany(static query => Dimension().Matches(query)),
        static match => Assert.Contains(match.Groups[1].Value, Tags));

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_dashboard_is_deployed_over_the_resource_that_gets_the_metrics(string set)
    {
        var snapshot = Snapshot.Read(set);

        var workbook = Assert.Single(snapshot.OfType("Microsoft.Insights/workbooks"));

        Assert.Equal(
            snapshot.OfType("Microsoft.Insights/components").Single().Id, workbook.Text("properties.sourceId"));
        Assert.Equal(
            JsonNode.Parse(RepositoryFiles.Read(Workbook))!.ToJsonString(),
            JsonNode.Parse(workbook.Text("properties.serializedData"))!.ToJsonString());
    }

    private static IReadOnlyList<string> Queries() =>
    [
        .. JsonNode.Parse(RepositoryFiles.Read(Workbook))!["items"]!.AsArray()
            .Select(static item => (string?)item!["content"]!["query"])
            .OfType<string>(),
    ];

    private static HashSet<string> NamesIn(string query)
    {
        var names = Name().Matches(query)
            .SelectMany(static match => Quoted().Matches(match.Value))
            .Select(static match => match.Groups[1].Value)
            .ToHashSet();
        Assert.NotEmpty(names);
        return names;
    }

    // All instruments of the meters that a node listens to, with a server that has begun to listen.
    private static async Task<HashSet<string>> MetricsOfNodeAsync()
    {
        var names = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (MeterNames.All.Contains(instrument.Meter.Name))
            {
                lock (names)
                {
                    names.Add(instrument.Name);
                }
            }
        };
        listener.Start();
        using var engine = new EngineMeters();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        await server.StartAsync(TestContext.Current.CancellationToken);
        lock (names)
        {
            return [.. names];
        }
    }

    [GeneratedRegex("""name (?:== "[^"]+"|in \([^)]+\))""")]
    private static partial Regex Name();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("""customDimensions(?:\.|\[")([a-z._]+)""")]
    private static partial Regex Dimension();
}
