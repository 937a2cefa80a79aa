using Serverless.StorageEngine.Retention;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The maintenance of the store for a host that calls every few minutes: it is done when it is due, and as long
/// as there is more to do.</summary>
/// <param name="runIfDue">Does what is due; is told how long ago another node's run makes its own needless.</param>
/// <param name="run">Does it in any case.</param>
/// <param name="interval">How often it is wanted; zero for never.</param>
/// <param name="time">The only clock.</param>
public sealed class DueMaintenance(
    Func<TimeSpan, CancellationToken, ValueTask<MaintenanceOutcome>> runIfDue,
    Func<CancellationToken, ValueTask<MaintenanceOutcome>> run,
    TimeSpan interval,
    TimeProvider time)
{
    /// <summary>When a call begins no further run: with the last one it stays far below the 30 minutes that a function
    /// may take.</summary>
    public static readonly TimeSpan CallTimeMax = TimeSpan.FromMinutes(15);

    // A run takes some time, and calls come at fixed ones: at a whole interval every other call would find nothing due.
    private const double Pause = 7.0 / 8;

    /// <summary>Does what is due, unless some node has done it lately.</summary>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <returns>How the last run ended.</returns>
    public async ValueTask<MaintenanceOutcome> RunAsync(CancellationToken cancellationToken)
    {
        if (interval == TimeSpan.Zero)
        {
            return new MaintenanceOutcome.NotDue();
        }

        var startedAt = time.GetTimestamp();
        var outcome = await runIfDue(interval * Pause, cancellationToken);
        while (outcome is MaintenanceOutcome.Ran { Report.Run.HasMore: true }
            && time.GetElapsedTime(startedAt) < CallTimeMax)
        {
            outcome = await run(cancellationToken);
        }

        return outcome;
    }
}
