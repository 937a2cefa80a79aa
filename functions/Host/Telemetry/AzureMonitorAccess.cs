using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>Where Application Insights is, and as whom the node writes there.</summary>
internal static class AzureMonitorAccess
{
    /// <summary>Sets up an exporter.</summary>
    /// <param name="options">The exporter's options.</param>
    /// <param name="telemetry">What the environment says.</param>
    public static void Configure(AzureMonitorExporterOptions options, TelemetrySettings telemetry)
    {
        options.ConnectionString = telemetry.Find(TelemetryVariables.AzureMonitor);
        options.Credential = CredentialOf(telemetry.Find(TelemetryVariables.AzureMonitorIdentity));

        // A node keeps nothing: what cannot be sent is lost, and the next number of a counter makes up for it.
        options.DisableOfflineStorage = true;

        // What the node does not measure itself is left out: a second connection that asks every few seconds whether
        // somebody watches, and metrics that would be made of the sampled requests alone.
        options.EnableLiveMetrics = false;
        options.EnableStandardMetrics = false;
        options.EnablePerformanceCounters = false;
    }

    /// <summary>The identity that a text such as <c>ClientId=…;Authorization=AAD</c> names; null for the key of the
    /// connection string.</summary>
    /// <param name="text">The text, as the Functions host reads it.</param>
    public static TokenCredential? CredentialOf(string? text)
    {
        var words = (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static word => word.Split('=', 2))
            .Where(static pair => pair.Length == 2)
            .ToDictionary(static pair => pair[0].Trim(), static pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (!words.TryGetValue("Authorization", out var way) || !way.Equals("AAD", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return words.TryGetValue("ClientId", out var client)
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client))
            : new DefaultAzureCredential();
    }
}
