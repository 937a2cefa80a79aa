using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Host.Hosting;

namespace Serverless.Functions.Worker;

/// <summary>What no request asks for: retention, compaction, the cleanup of groups.</summary>
/// <param name="maintenance">Does it when it is due.</param>
public sealed class MaintenanceFunction(DueMaintenance maintenance)
{
    /// <summary>Does what is due; the Functions host calls it on one instance at a time.</summary>
    /// <param name="timer">What the host knows of the schedule.</param>
    /// <param name="cancellationToken">Cancelled when the worker stops.</param>
    [Function("maintenance")]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        maintenance.RunAsync(cancellationToken).AsTask();
}
