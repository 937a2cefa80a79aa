using Serverless.Functions.Host.Settings;
using Serverless.Functions.Host.Telemetry;

namespace Serverless.Functions.Worker;

/// <summary>What the worker logs: the same as the custom handler, on standard error, which the Functions host reads.</summary>
internal static class WorkerLogging
{
    /// <summary>
    /// Logs as a node does, in place of what worker and server would log by themselves: they quote addresses with their
    /// query.
    /// </summary>
    /// <param name="logging">The logging of the worker, with everything that the worker has added.</param>
    /// <param name="settings">The checked settings.</param>
    /// <param name="instance">The node's id.</param>
    public static void UseNodeLogging(this ILoggingBuilder logging, HostSettings settings, string instance)
    {
        logging.ClearProviders();
        // A rule of some category in a stray appsettings.json would win over those of the node.
        logging.Services.Configure<LoggerFilterOptions>(static filters => filters.Rules.Clear());
        logging.AddNodeLogging(settings, instance);
    }
}
