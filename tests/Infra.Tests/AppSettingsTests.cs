using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Serverless.Functions.Host.Settings;
using Serverless.Infra.Tests.Bicep;

namespace Serverless.Infra.Tests;

public sealed partial class AppSettingsTests
{
    private const string Ours = "Serverless__";

    // The Functions host's own, with the identity library's variable: nothing that a Flex Consumption app refuses.
    private static readonly string[] Platform =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsDisableHomepage", "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__clientId",
        "AzureWebJobsStorage__credential",
    ];

    public static TheoryData<string> Sets => ParameterSet.Names;

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_node_knows_every_setting_that_is_meant_for_it(string set)
    {
        var known = SettingCatalog.All.Select(static setting => Ours + setting.Word)
            .Concat(TelemetryVariables.All.Select(static variable => variable.Name));

        Assert.Empty(Snapshot.Read(set).AppSettings.Keys.Except(Platform).Except(known));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_node_starts_with_these_settings(string set)
    {
        var snapshot = Snapshot.Read(set);

        var outcome = SettingsOutcome.Read(
            new Dictionary<string, string?>(), EnvironmentOf(snapshot), Path.GetTempPath());

        var storage = Assert.IsType<SettingsOutcome.Good>(outcome).Settings.Storage;
        Assert.Equal(StorageKind.Azure, storage.Kind);
        Assert.Equal("", storage.Connection);
        Assert.Equal(
            snapshot.LogAccounts.Select(static account => new Uri($"https://{account.Name}.blob.core.windows.net")),
            storage.BlobServiceUris);
        Assert.Equal($"https://{snapshot.StateAccount.Name}.table.core.windows.net", storage.TableServiceUri);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_node_sends_traces_and_metrics_as_its_identity_and_leaves_the_log_to_the_functions_host(string set)
    {
        var telemetry = Assert.IsType<SettingsOutcome.Good>(SettingsOutcome.Read(
            new Dictionary<string, string?>(), EnvironmentOf(Snapshot.Read(set)), Path.GetTempPath())).Settings.Telemetry;

        Assert.Equal(TelemetryExporters.AzureMonitor, telemetry.Traces);
        Assert.Equal(TelemetryExporters.AzureMonitor | TelemetryExporters.Prometheus, telemetry.Metrics);
        Assert.Equal(TelemetryExporters.None, telemetry.Logs);
        Assert.Contains(
            "Authorization=AAD", telemetry.Find(TelemetryVariables.AzureMonitorIdentity), StringComparison.Ordinal);
        Assert.True(telemetry.LagInterval > TimeSpan.Zero, "Without the metric there is no alert.");
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_container_and_the_table_of_the_settings_are_made_where_the_settings_look(string set)
    {
        var snapshot = Snapshot.Read(set);
        var made = snapshot.Resources.Select(static resource => resource.Id).ToHashSet();
        var settings = snapshot.AppSettings;

        Assert.All(snapshot.LogAccounts, account => Assert.Contains(
            $"{account.Id}/blobServices/default/containers/{settings["Serverless__Container"]}", made));
        Assert.Contains(
            $"{snapshot.StateAccount.Id}/tableServices/default/tables/{settings["Serverless__Table"]}", made);
    }

    [Theory]
    [InlineData(ParameterSet.Dev, "604800000")]
    [InlineData(ParameterSet.Prod, "-1")]
    [InlineData(ParameterSet.Wide, "8640000000")]
    public void Topics_keep_records_as_long_as_the_parameters_say(string set, string milliseconds) =>
        Assert.Equal(milliseconds, SettingsOf(set).Topics.ConfigDefaults["retention.ms"]);

    [Fact]
    public void Tokens_are_taken_of_the_tenant_that_is_deployed_to_when_no_other_issuer_is_named()
    {
        var tokens = SettingsOf(ParameterSet.Wide).Tokens;

        Assert.NotNull(tokens);
        Assert.Equal(
            "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000002/v2.0/.well-known/openid-configuration",
            tokens.Metadata.ToString());
        Assert.Equal(["api://log", "api://log-too"], tokens.Audiences);
        Assert.Equal(["Log.Access"], tokens.Scopes);
        Assert.Equal(["Log.User"], tokens.Roles);
        Assert.Equal(["Log.Admin"], tokens.SuperRoles);
    }

    [Fact]
    public void Without_an_issuer_no_token_is_taken() => Assert.Null(SettingsOf(ParameterSet.Dev).Tokens);

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_functions_host_and_the_node_act_as_the_identity_of_the_app(string set)
    {
        var snapshot = Snapshot.Read(set);
        var settings = snapshot.AppSettings;
        var identity = snapshot.OfType("Microsoft.ManagedIdentity/userAssignedIdentities").Single();
        var client = $"reference('{identity.Id}', '{identity.Text("apiVersion")}').clientId";

        Assert.Equal($"[{client}]", settings["AZURE_CLIENT_ID"]);
        Assert.Equal($"[{client}]", settings["AzureWebJobsStorage__clientId"]);
        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        Assert.Equal(
            $"[format('ClientId={{0}};Authorization=AAD', {client})]",
            settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]);
        Assert.Equal(
            $"https://{snapshot.HostAccount.Name}.blob.core.windows.net/",
            Evaluate(settings["AzureWebJobsStorage__blobServiceUri"]));
    }

    private static HostSettings SettingsOf(string set) => Assert.IsType<SettingsOutcome.Good>(SettingsOutcome.Read(
        new Dictionary<string, string?>(), EnvironmentOf(Snapshot.Read(set)), Path.GetTempPath())).Settings;

    private static IConfiguration EnvironmentOf(Snapshot snapshot) => new ConfigurationBuilder()
        .AddInMemoryCollection(snapshot.AppSettings.Append(new(SettingSources.FunctionsPort, "40123")).Select(
            static pair => KeyValuePair.Create(
                pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)Evaluate(pair.Value))))
        .Build();

    // The expressions that stand in addresses, for the public cloud; whatever else it is stays as it is.
    private static string Evaluate(string value)
    {
        if (Metadata().Match(value) is { Success: true } metadata)
        {
            return $"https://login.microsoftonline.com/{metadata.Groups[2].Value}{metadata.Groups[1].Value}";
        }

        var addresses = Address().Matches(value);
        var written = string.Join(", ", addresses.Select(static address => address.Value));
        var one = value == $"[{written}]" && addresses.Count == 1;
        return one || value == $"[join(createArray({written}), ';')]"
            ? string.Join(';', addresses.Select(static address => address.Groups[1].Value
                .Replace("{0}", address.Groups[2].Value, StringComparison.Ordinal)
                .Replace("{1}", "core.windows.net", StringComparison.Ordinal)))
            : value;
    }

    [GeneratedRegex(@"format\('([^']*)', '([^']*)', environment\(\)\.suffixes\.storage\)")]
    private static partial Regex Address();

    [GeneratedRegex(
        @"format\('\{0\}\{1\}([^']*)', environment\(\)\.authentication\.loginEndpoint, '([^']*)'\)\)\]$")]
    private static partial Regex Metadata();
}
