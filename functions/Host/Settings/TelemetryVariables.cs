namespace Serverless.Functions.Host.Settings;

/// <summary>
/// The variables that a node passes on to OpenTelemetry, or reads itself by their standard meaning. Every name that
/// begins with <see cref="Prefix"/> is passed on, so that this list need not follow that of the standard.
/// </summary>
internal static class TelemetryVariables
{
    /// <summary>What the standard's names begin with.</summary>
    public const string Prefix = "OTEL_";

    /// <summary>Whether nothing is measured at all.</summary>
    public const string SdkDisabled = "OTEL_SDK_DISABLED";

    /// <summary>Where traces go.</summary>
    public const string TracesExporter = "OTEL_TRACES_EXPORTER";

    /// <summary>Where metrics go.</summary>
    public const string MetricsExporter = "OTEL_METRICS_EXPORTER";

    /// <summary>Where logs go, beside standard error.</summary>
    public const string LogsExporter = "OTEL_LOGS_EXPORTER";

    /// <summary>Which requests are traced.</summary>
    public const string Sampler = "OTEL_TRACES_SAMPLER";

    /// <summary>The share of requests that are traced.</summary>
    public const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    /// <summary>The collector of all three.</summary>
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>How to speak to it.</summary>
    public const string OtlpProtocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>The Application Insights resource.</summary>
    public const string AzureMonitor = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>Who writes there, where keys are refused.</summary>
    public const string AzureMonitorIdentity = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>The name of the service.</summary>
    public const string ServiceName = "OTEL_SERVICE_NAME";

    private const string Exporters = "otlp where an endpoint is set, azure_monitor where a connection string is";

    /// <summary>Those that an operator is likely to set.</summary>
    public static IReadOnlyList<TelemetryVariable> All { get; } =
    [
        new(SdkDisabled, "false", "true measures nothing and exports nothing, also not at /metrics"),
        new(ServiceName, "serverless", "the name of the service in traces, metrics and logs"),
        new("OTEL_RESOURCE_ATTRIBUTES", "none", "more attributes of the service, such as deployment.environment=prod"),
        new(TracesExporter, Exporters, "where traces go: otlp, azure_monitor, both with a comma, or none"),
        new(MetricsExporter, "prometheus; " + Exporters, "where metrics go: otlp, azure_monitor, prometheus, or none"),
        new(
            LogsExporter,
            Exporters + " and no Functions host does it",
            "where logs go beside standard error: otlp, azure_monitor, or none"),
        new(OtlpEndpoint, "none", "the collector, such as http://127.0.0.1:4318"),
        new("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "none", "a collector for traces alone, with its path"),
        new("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "none", "a collector for metrics alone, with its path"),
        new("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "none", "a collector for logs alone, with its path"),
        new(OtlpProtocol, "http/protobuf", "http/protobuf or grpc"),
        new("OTEL_EXPORTER_OTLP_HEADERS", "none", "headers for the collector; a secret, mostly"),
        new("OTEL_EXPORTER_OTLP_TIMEOUT", "10000", "how long the collector may take, in milliseconds"),
        new(Sampler, "parentbased_always_on", "which requests are traced, such as parentbased_traceidratio"),
        new(SamplerArgument, "1", "the share of requests for a sampler by ratio: 0.05 is one of twenty"),
        new("OTEL_METRIC_EXPORT_INTERVAL", "60000", "how often metrics are sent, in milliseconds"),
        new("OTEL_BSP_SCHEDULE_DELAY", "5000", "how long a span waits at most before it is sent, in milliseconds"),
        new("OTEL_BSP_MAX_QUEUE_SIZE", "2048", "how many spans wait at most; more are dropped and counted"),
        new(AzureMonitor, "none", "the Application Insights resource that gets traces and metrics"),
        new(
            AzureMonitorIdentity,
            "none",
            "ClientId=…;Authorization=AAD: write there as this managed identity, or as the default one without ClientId"),
    ];

    /// <summary>Whether a variable is one that is passed on.</summary>
    public static bool IsOurs(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        || name.Equals(AzureMonitor, StringComparison.OrdinalIgnoreCase)
        || name.Equals(AzureMonitorIdentity, StringComparison.OrdinalIgnoreCase);
}
