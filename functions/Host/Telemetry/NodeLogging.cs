using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>What a node logs, and where.</summary>
/// <remarks>
/// Logs name no payload, no key and no header of a request. The node's own messages are written so; what the server's
/// libraries say below a warning is not, so it is left out: they quote addresses with their query, and malformed headers.
/// </remarks>
internal static class NodeLogging
{
    // A start that fails is explained in one sentence by whoever asked for it; the exception is not logged as well.
    private const string Start = "Microsoft.Extensions.Hosting.Internal.Host";

    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly string[] Quoting = ["Microsoft", "System", "Azure", "OpenTelemetry"];

    /// <summary>Adds the console, and the exporters that the settings name.</summary>
    /// <param name="logging">The logging of the process.</param>
    /// <param name="settings">The checked settings.</param>
    /// <param name="instance">The node's id.</param>
    public static void AddNodeLogging(this ILoggingBuilder logging, HostSettings settings, string instance)
    {
        var least = (LogLevel)settings.LogLevel;
        logging.SetMinimumLevel(least);
        foreach (var category in Quoting)
        {
            logging.AddFilter(category, least < LogLevel.Warning ? LogLevel.Warning : least);
        }

        logging.AddFilter(Start, LogLevel.None);
        AddConsole(logging, settings.Telemetry.LogFormat);
        Export(logging, settings.Telemetry, instance);
    }

    private static void AddConsole(ILoggingBuilder logging, LogFormat format)
    {
        if (format == LogFormat.Json)
        {
            logging.Configure(static options => options.ActivityTrackingOptions =
                ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
            logging.AddJsonConsole(static console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = TimestampFormat;
            });
        }
        else
        {
            logging.AddSimpleConsole(static console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = TimestampFormat + " ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(
            static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Export(ILoggingBuilder logging, TelemetrySettings telemetry, string instance)
    {
        if (telemetry.Logs == TelemetryExporters.None)
        {
            return;
        }

        var resource = ResourceBuilder.CreateDefault();
        TelemetryServices.Describe(resource, telemetry, instance);
        logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(resource);
            options.IncludeFormattedMessage = true;
            if (telemetry.Logs.HasFlag(TelemetryExporters.Otlp))
            {
                options.AddOtlpExporter();
            }

            if (telemetry.Logs.HasFlag(TelemetryExporters.AzureMonitor))
            {
                options.AddAzureMonitorLogExporter(exporter => AzureMonitorAccess.Configure(exporter, telemetry));
            }
        });
    }
}
