using System.Reflection;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>
/// Adds what listens to meters and traces, and sends them where the settings say. What nobody asked for is not added, so
/// that nothing listens and nothing is spent.
/// </summary>
internal static class TelemetryServices
{
    // Looked at every few seconds by whoever watches the node; a trace of that tells nothing.
    private static readonly string[] Untraced = ["/health", "/metrics"];

    private static readonly string? Version =
        typeof(TelemetryServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion;

    /// <summary>Adds traces and metrics.</summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="telemetry">What the settings say.</param>
    /// <param name="instance">The node's id.</param>
    public static void AddTelemetry(this IServiceCollection services, TelemetrySettings telemetry, string instance)
    {
        if ((telemetry.Traces | telemetry.Metrics) == TelemetryExporters.None)
        {
            return;
        }

        var builder = services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, telemetry, instance));
        if (telemetry.Traces != TelemetryExporters.None)
        {
            builder.WithTracing(tracing => Trace(tracing, telemetry));
        }

        if (telemetry.Metrics != TelemetryExporters.None)
        {
            builder.WithMetrics(metrics => Measure(metrics, services, telemetry));
        }
    }

    /// <summary>Says who it is that is measured. What the environment says comes last, so that it counts.</summary>
    /// <param name="resource">The description.</param>
    /// <param name="telemetry">What the settings say.</param>
    /// <param name="instance">The node's id.</param>
    public static void Describe(ResourceBuilder resource, TelemetrySettings telemetry, string instance) =>
        resource
            .AddService(telemetry.ServiceName, serviceVersion: Version, serviceInstanceId: instance)
            .AddEnvironmentVariableDetector();

    private static void Trace(TracerProviderBuilder tracing, TelemetrySettings telemetry)
    {
        tracing.AddSource(EngineActivities.SourceName);
        tracing.AddAspNetCoreInstrumentation(static options => options.Filter = static context =>
            !Untraced.Any(path => context.Request.Path.StartsWithSegments(path)));
        if (telemetry.Traces.HasFlag(TelemetryExporters.Otlp))
        {
            tracing.AddOtlpExporter();
        }

        if (telemetry.Traces.HasFlag(TelemetryExporters.AzureMonitor))
        {
            tracing.AddAzureMonitorTraceExporter(options => AzureMonitorAccess.Configure(options, telemetry));
        }

        // The last one counts. The settings were refused if there is none.
        if (TraceSampling.Of(telemetry.Find(TelemetryVariables.Sampler), telemetry.Find(TelemetryVariables.SamplerArgument))
            is { } sampler)
        {
            tracing.SetSampler(sampler);
        }
    }

    private static void Measure(
        MeterProviderBuilder metrics, IServiceCollection services, TelemetrySettings telemetry)
    {
        metrics.AddMeter([.. MeterNames.All]);
        if (telemetry.Metrics.HasFlag(TelemetryExporters.Prometheus))
        {
            var page = new PrometheusPage();
            services.AddSingleton(page);
            metrics.AddReader(new BaseExportingMetricReader(page));
        }

        if (telemetry.Metrics.HasFlag(TelemetryExporters.Otlp))
        {
            metrics.AddOtlpExporter();
        }

        if (telemetry.Metrics.HasFlag(TelemetryExporters.AzureMonitor))
        {
            metrics.AddAzureMonitorMetricExporter(options => AzureMonitorAccess.Configure(options, telemetry));
        }
    }
}
