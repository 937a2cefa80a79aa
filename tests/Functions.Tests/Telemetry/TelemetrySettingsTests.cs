using Serverless.Functions.Host.Settings;
using Serverless.Functions.Host.Telemetry;
using Serverless.Functions.Tests.Host;

namespace Serverless.Functions.Tests.Telemetry;

public sealed class TelemetrySettingsTests
{
    private const string Insights = "InstrumentationKey=00000000-0000-0000-0000-000000000001";

    [Fact]
    public void Without_variables_nothing_is_traced_and_nothing_is_sent()
    {
        var telemetry = SettingsUnderTest.Good().Telemetry;

        Assert.Equal(TelemetryExporters.None, telemetry.Traces);
        Assert.Equal(TelemetryExporters.None, telemetry.Logs);
        Assert.Equal(TelemetryExporters.Prometheus, telemetry.Metrics);
        Assert.Equal(TimeSpan.Zero, telemetry.LagInterval);
    }

    [Fact]
    public void An_endpoint_is_enough_to_send_everything_there()
    {
        var telemetry = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"));

        Assert.Equal(TelemetryExporters.Otlp, telemetry.Traces);
        Assert.Equal(TelemetryExporters.Otlp, telemetry.Logs);
        Assert.Equal(TelemetryExporters.Otlp | TelemetryExporters.Prometheus, telemetry.Metrics);
        Assert.Equal("http/protobuf", telemetry.Find(TelemetryVariables.OtlpProtocol));
    }

    [Fact]
    public void An_endpoint_of_one_kind_sends_that_kind_alone()
    {
        var telemetry = Read(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318/v1/traces"));

        Assert.Equal(TelemetryExporters.Otlp, telemetry.Traces);
        Assert.Equal(TelemetryExporters.None, telemetry.Logs);
        Assert.Equal(TelemetryExporters.Prometheus, telemetry.Metrics);
    }

    [Fact]
    public void Behind_the_functions_host_logs_reach_application_insights_through_it_and_only_once()
    {
        Assert.Equal(TelemetryExporters.AzureMonitor, Read((TelemetryVariables.AzureMonitor, Insights)).Logs);
        Assert.Equal(
            TelemetryExporters.None,
            Read((TelemetryVariables.AzureMonitor, Insights), (SettingSources.FunctionsPort, "40123")).Logs);
    }

    [Fact]
    public void What_is_named_is_taken_and_nothing_else()
    {
        var telemetry = Read(
            (TelemetryVariables.AzureMonitor, Insights),
            (TelemetryVariables.OtlpEndpoint, "http://127.0.0.1:4318"),
            (TelemetryVariables.TracesExporter, "none"),
            (TelemetryVariables.MetricsExporter, "azure_monitor, otlp"),
            (TelemetryVariables.LogsExporter, "otlp"));

        Assert.Equal(TelemetryExporters.None, telemetry.Traces);
        Assert.Equal(TelemetryExporters.Otlp, telemetry.Logs);
        Assert.Equal(TelemetryExporters.Otlp | TelemetryExporters.AzureMonitor, telemetry.Metrics);
    }

    [Fact]
    public void Who_disables_the_sdk_gets_no_measurement_at_all()
    {
        var telemetry = Read(
            (TelemetryVariables.SdkDisabled, "true"), (TelemetryVariables.OtlpEndpoint, "http://127.0.0.1:4318"));

        Assert.Equal(TelemetryExporters.None, telemetry.Traces | telemetry.Metrics | telemetry.Logs);
    }

    [Theory]
    [InlineData("OTEL_TRACES_EXPORTER", "jaeger",
        "OTEL_TRACES_EXPORTER names 'jaeger'; it must be otlp, azure_monitor or none, separated by commas.")]
    [InlineData("OTEL_METRICS_EXPORTER", "console",
        "OTEL_METRICS_EXPORTER names 'console'; it must be otlp, azure_monitor, prometheus or none, separated by commas.")]
    [InlineData("OTEL_LOGS_EXPORTER", "azure_monitor",
        "OTEL_LOGS_EXPORTER is 'azure_monitor', but APPLICATIONINSIGHTS_CONNECTION_STRING is not set.")]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote",
        "OTEL_TRACES_SAMPLER is 'jaeger_remote'; it must be always_on, always_off, traceidratio, parentbased_always_on, "
        + "parentbased_always_off or parentbased_traceidratio.")]
    [InlineData("OTEL_SDK_DISABLED", "yes", "OTEL_SDK_DISABLED is 'yes'; it must be true or false.")]
    public void What_nobody_exports_to_is_refused_by_name(string name, string value, string problem) =>
        Assert.Equal(problem, SettingsUnderTest.Problem(Path.GetTempPath(), [(name, value)]));

    [Theory]
    [InlineData(null, null, "ParentBased{AlwaysOnSampler}")]
    [InlineData("always_off", "0.5", "AlwaysOffSampler")]
    [InlineData("traceidratio", null, "TraceIdRatioBasedSampler{1.000000}")]
    [InlineData("ParentBased_TraceIdRatio", "0.05", "ParentBased{TraceIdRatioBasedSampler{0.050000}}")]
    [InlineData("parentbased_traceidratio", "5%", null)]
    [InlineData("parentbased_traceidratio", "1.5", null)]
    [InlineData("parentbased_", null, null)]
    public void The_sampler_is_the_standards(string? name, string? argument, string? expected) =>
        Assert.Equal(expected, TraceSampling.Of(name, argument)?.Description);

    [Fact]
    public void Only_variables_of_telemetry_are_passed_on() => Assert.Equal(
        ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_SERVICE_NAME"],
        Read(("OTEL_SERVICE_NAME", "x"), ("ASPNETCORE_URLS", "http://*:1"), ("Logging__LogLevel__Default", "Trace"))
            .Variables.Keys.Order());

    [Theory]
    [InlineData(null, null)]
    [InlineData("ClientId=5", null)]
    [InlineData("Authorization=AAD", "DefaultAzureCredential")]
    [InlineData("ClientId=5;Authorization=AAD", "ManagedIdentityCredential")]
    [InlineData(" authorization = aad ; clientid = 5;", "ManagedIdentityCredential")]
    public void An_identity_is_taken_where_the_text_asks_for_one(string? text, string? credential) =>
        Assert.Equal(credential, AzureMonitorAccess.CredentialOf(text)?.GetType().Name);

    private static TelemetrySettings Read(params (string Name, string Value)[] variables) =>
        SettingsUnderTest.Good(Path.GetTempPath(), variables).Telemetry;
}
