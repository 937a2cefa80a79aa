using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>
/// Runs the maintenance of the store from time to time while the node lives: soon after the start, since a node that
/// scales to zero may not live long, and then once an interval. It is the only thing that an idle node does.
/// </summary>
/// <remarks>Nodes do not agree on who runs: leases keep them from doing the same at once, and random delays apart.</remarks>
/// <param name="run">Does what is due; is told how long ago another node's run makes its own needless.</param>
/// <param name="interval">How long between two runs; zero for never.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
/// <param name="logger">Hears what went wrong.</param>
internal sealed partial class MaintenanceTimer(
    Func<TimeSpan, CancellationToken, ValueTask<MaintenanceOutcome>> run,
    TimeSpan interval,
    TimeProvider time,
    Random random,
    ILogger<MaintenanceTimer> logger) : NodeTimer(time)
{
    // Nodes that start together spread over this time; a fleet that is woken serves its requests first.
    private static readonly TimeSpan FirstDelayMax = TimeSpan.FromMinutes(1);

    // A tenth more or less, so that nodes do not stay in step.
    private const double Jitter = 0.1;

    // Where a run has left something to do, the next one follows after this part of the interval: every five minutes, for
    // an hour.
    private const int ShareWithMore = 12;

    /// <inheritdoc/>
    protected override TimeSpan? FirstPause =>
        interval <= TimeSpan.Zero ? null
        : (interval < FirstDelayMax ? interval : FirstDelayMax) * random.NextDouble();

    /// <summary>Runs once; a run that is left to itself ends between two steps, and the next one goes on.</summary>
    /// <param name="stopping">Ends the run between two steps.</param>
    protected override async ValueTask<TimeSpan> RunOnceAsync(CancellationToken stopping)
    {
        var hasMore = await RunAsync(stopping);
        return (hasMore ? interval / ShareWithMore : interval) * (1 + (Jitter * Swing()));
    }

    // Whether there is more to do.
    private async ValueTask<bool> RunAsync(CancellationToken stopping)
    {
        try
        {
            if (await run(interval / 2, stopping) is not MaintenanceOutcome.Ran { Report.Run: var report })
            {
                return false;
            }

            var (topics, did) = (report.TopicsKept, report.Did);
            RunEnded(logger, topics, did.SegmentsRetired, did.SegmentsDeleted, did.SegmentsCopied, did.SegmentsCompacted);
            if (report.Problems is { Count: > 0 } problems)
            {
                RunMetProblems(logger, problems.Count, problems[0].Text);
            }

            return report.HasMore;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            RunUnfinished(logger, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            RunFailed(logger, exception);
        }

        return false;
    }

    private double Swing() => (2 * random.NextDouble()) - 1;

    [LoggerMessage(613, LogLevel.Information,
        "A maintenance run kept {Topics} topics: {Retired} segments retired, {Deleted} deleted, {Copied} copied, "
        + "{Compacted} compacted")]
    private static partial void RunEnded(
        ILogger logger, int topics, long retired, long deleted, long copied, long compacted);

    [LoggerMessage(610, LogLevel.Warning, "A maintenance run met {Count} problems, the first: {Problem}")]
    private static partial void RunMetProblems(ILogger logger, int count, string problem);

    [LoggerMessage(611, LogLevel.Warning, "A maintenance run ended early, and the next one goes on: {Reason}")]
    private static partial void RunUnfinished(ILogger logger, string reason);

    [LoggerMessage(612, LogLevel.Error, "A mistake of the program in a maintenance run; the next one comes in time")]
    private static partial void RunFailed(ILogger logger, Exception failure);
}
