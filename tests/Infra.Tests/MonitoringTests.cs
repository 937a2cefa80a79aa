using System.Text.RegularExpressions;
using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed partial class MonitoringTests
{
    private const string MetricAlerts = "Microsoft.Insights/metricAlerts";

    public static TheoryData<string> Sets => ParameterSet.Names;

    [Theory]
    [InlineData(ParameterSet.Dev, "Transactions", 100)]
    [InlineData(ParameterSet.Prod, "Transactions", 20)]
    [InlineData(ParameterSet.Wide, "Transactions", 1)]
    [InlineData(ParameterSet.Dev, "SuccessE2ELatency", 500)]
    [InlineData(ParameterSet.Prod, "SuccessE2ELatency", 250)]
    [InlineData(ParameterSet.Wide, "SuccessE2ELatency", 100)]
    public void Every_account_has_an_alert_on(string set, string metric, int threshold)
    {
        var snapshot = Snapshot.Read(set);

        var alerts = snapshot.OfType(MetricAlerts)
            .Where(alert => (string?)alert.List("properties.criteria.allOf").Single()["metricName"] == metric)
            .ToArray();

        Assert.Equal(
            snapshot.Accounts.Select(static account => account.Id).Order(),
            alerts.Select(static alert => (string)alert.List("properties.scopes").Single()!).Order());
        Assert.All(alerts, alert =>
        {
            Assert.True(alert.Switch("properties.enabled"));
            Assert.Equal(threshold, (int)alert.List("properties.criteria.allOf").Single()["threshold"]!);
        });
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Throttling_is_what_the_service_calls_so(string set) => Assert.All(
        Snapshot.Read(set).OfType(MetricAlerts)
            .Select(static alert => alert.List("properties.criteria.allOf").Single())
            .Where(static criterion => (string?)criterion["metricName"] == "Transactions"),
        static criterion =>
        {
            var dimension = Assert.Single(criterion["dimensions"]!.AsArray())!;
            Assert.Equal("ResponseType", (string?)dimension["name"]);
            Assert.Equal("Include", (string?)dimension["operator"]);
            Assert.Equal(
                [
                    "ClientAccountBandwidthThrottlingError", "ClientAccountRequestThrottlingError",
                    "ClientThrottlingError", "ServerBusyError", "ServerTimeoutError", "SuccessWithThrottling",
                ],
                dimension["values"]!.AsArray().Select(static value => (string)value!));
        });

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_alert_counts_the_answers_that_are_the_servers_fault(string set)
    {
        var snapshot = Snapshot.Read(set);

        var alert = Assert.Single(
            snapshot.OfType("Microsoft.Insights/scheduledQueryRules"),
            static rule => rule.Name.EndsWith("-server-errors", StringComparison.Ordinal));

        Assert.Equal(
            snapshot.OfType("Microsoft.Insights/components").Single().Id,
            (string)alert.List("properties.scopes").Single()!);
        var query = (string?)alert.List("properties.criteria.allOf").Single()["query"];
        Assert.Contains("\"http.server.request.duration\"", query, StringComparison.Ordinal);
        Assert.Contains("[\"http.response.status_code\"]) >= 500", query, StringComparison.Ordinal);
        Assert.Contains("sum(valueCount)", query, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void No_alert_counts_the_rows_of_a_table_of_which_only_a_sample_is_kept(string set) => Assert.All(
        Snapshot.Read(set).OfType("Microsoft.Insights/scheduledQueryRules"),
        static alert =>
        {
            var criterion = alert.List("properties.criteria.allOf").Single();
            var query = (string)criterion["query"]!;
            Assert.NotEqual("Count", (string?)criterion["timeAggregation"]);
            Assert.DoesNotContain("count(", query, StringComparison.Ordinal);
            Assert.All(SampledTable().Matches(query), match => Assert.EndsWith(
                "summarize Value = sum(itemCount)", match.Value, StringComparison.Ordinal));
        });

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_sum_of_an_alert_is_that_of_its_whole_window(string set) => Assert.All(
        Snapshot.Read(set).OfType("Microsoft.Insights/scheduledQueryRules")
            .Select(static alert => (string)alert.List("properties.criteria.allOf").Single()["query"]!)
            .Where(static query => query.Contains("sum(", StringComparison.Ordinal)),
        static query => Assert.DoesNotContain("bin(", query, StringComparison.Ordinal));

    [Theory]
    [InlineData(ParameterSet.Dev, "failed-appends", 100)]
    [InlineData(ParameterSet.Prod, "failed-appends", 20)]
    [InlineData(ParameterSet.Prod, "lost-appends", 1_000)]
    [InlineData(ParameterSet.Dev, "consumer-lag", 100_000)]
    [InlineData(ParameterSet.Wide, "consumer-lag", 1)]
    [InlineData(ParameterSet.Wide, "damage", 0)]
    [InlineData(ParameterSet.Wide, "maintenance-late", 14_400)]
    public void What_the_nodes_tell_raises_an_alert(string set, string name, int threshold)
    {
        var snapshot = Snapshot.Read(set);

        var alert = Assert.Single(
            snapshot.OfType("Microsoft.Insights/scheduledQueryRules"),
            rule => rule.Name.EndsWith("-" + name, StringComparison.Ordinal));

        Assert.True(alert.Switch("properties.enabled"));
        var criterion = alert.List("properties.criteria.allOf").Single();
        Assert.Equal(threshold, (int)criterion["threshold"]!);
        Assert.Contains("summarize Value =", (string?)criterion["query"], StringComparison.Ordinal);
        Assert.Equal("Value", (string?)criterion["metricMeasureColumn"]);
        Assert.All(
            criterion["dimensions"]!.AsArray(),
            dimension => Assert.Contains(
                $"{(string?)dimension!["name"]} = ", (string?)criterion["query"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ParameterSet.Dev)]
    [InlineData(ParameterSet.Prod, "operators@example.com")]
    [InlineData(ParameterSet.Wide, "a@example.com", "b@example.com")]
    public void Every_alert_reaches_everybody_who_is_named(string set, params string[] emails)
    {
        var snapshot = Snapshot.Read(set);
        var groups = snapshot.OfType("Microsoft.Insights/actionGroups");
        var receivers = groups.SelectMany(static group => group.List("properties.emailReceivers"));
        var expected = groups.Select(static group => group.Id);

        Assert.Equal(emails, receivers.Select(static receiver => (string)receiver["emailAddress"]!));
        Assert.All(snapshot.OfType(MetricAlerts), alert => Assert.Equal(
            expected, alert.List("properties.actions").Select(static action => (string)action["actionGroupId"]!)));
        Assert.All(snapshot.OfType("Microsoft.Insights/scheduledQueryRules"), alert => Assert.Equal(
            expected, alert.List("properties.actions.actionGroups").Select(static id => (string)id!)));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_account_and_the_app_tell_the_workspace_what_happens(string set)
    {
        var snapshot = Snapshot.Read(set);
        var workspace = snapshot.OfType("Microsoft.OperationalInsights/workspaces").Single();
        var settings = snapshot.OfType("Microsoft.Insights/diagnosticSettings");

        Assert.Equal(
            snapshot.Accounts.SelectMany(static account => (string[])
                    [account.Id + "/blobServices/default", account.Id + "/tableServices/default"])
                .Append(snapshot.App.Id).Order(),
            settings.Select(static setting => setting.Scope).Order());
        Assert.All(settings, setting => Assert.Equal(workspace.Id, setting.Text("properties.workspaceId")));
        Assert.All(
            settings.Where(static setting => setting.Scope.Contains("/blobServices/", StringComparison.Ordinal)),
            static setting => Assert.Equal(
                """[{"category":"StorageDelete","enabled":true}]""", setting["properties.logs"]!.ToJsonString()));
    }

    [Theory]
    [InlineData(ParameterSet.Dev, 30)]
    [InlineData(ParameterSet.Prod, 90)]
    [InlineData(ParameterSet.Wide, 365)]
    public void Nobody_writes_telemetry_with_a_key_and_it_is_kept_as_long_as_asked_for(string set, int days)
    {
        var snapshot = Snapshot.Read(set);
        var workspace = snapshot.OfType("Microsoft.OperationalInsights/workspaces").Single();
        var insights = snapshot.OfType("Microsoft.Insights/components").Single();

        Assert.True(workspace.Switch("properties.features.disableLocalAuth"));
        Assert.True(insights.Switch("properties.DisableLocalAuth"));
        Assert.Equal(workspace.Id, insights.Text("properties.WorkspaceResourceId"));
        Assert.Equal(days, (int?)workspace["properties.retentionInDays"]);
    }

    // A table from its name to the end of what is made of it, in parentheses or at the query's end.
    [GeneratedRegex(@"\b(?:requests|dependencies|traces|exceptions)\b(?:[^()]|\([^()]*\))*")]
    private static partial Regex SampledTable();
}
