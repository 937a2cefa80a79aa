namespace Serverless.Functions.Host.Settings;

/// <summary>Where one kind of telemetry goes.</summary>
[Flags]
internal enum TelemetryExporters
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>A collector that speaks OpenTelemetry's protocol.</summary>
    Otlp = 1,

    /// <summary>Application Insights.</summary>
    AzureMonitor = 2,

    /// <summary>The page <c>/metrics</c>, for whoever comes and reads.</summary>
    Prometheus = 4,
}
