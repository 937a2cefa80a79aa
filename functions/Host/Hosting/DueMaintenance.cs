using Serverless.StorageEngine.Retention;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The maintenance of the store for whoever calls at regular times: it is done when it is due.</summary>
/// <param name="maintenance">Does it.</param>
/// <param name="interval">How often it is wanted; zero for never.</param>
public sealed class DueMaintenance(StoreMaintenance maintenance, TimeSpan interval)
{
    /// <summary>Does what is due, unless some node has done it within half of the interval.</summary>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    public ValueTask<MaintenanceOutcome> RunAsync(CancellationToken cancellationToken) => interval == TimeSpan.Zero
        ? ValueTask.FromResult<MaintenanceOutcome>(new MaintenanceOutcome.NotDue())
        : maintenance.RunIfDueAsync(interval / 2, cancellationToken);
}
