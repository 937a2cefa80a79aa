using Serverless.Functions.Host.Hosting;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>Lets the lag of the groups be looked up from time to time, for the metrics.</summary>
/// <param name="look">Looks once; false when there were more groups than one look takes.</param>
/// <param name="interval">How long between two looks; zero for never.</param>
/// <param name="time">The only clock.</param>
/// <param name="logger">Hears what went wrong.</param>
internal sealed partial class LagTimer(
    Func<CancellationToken, ValueTask<bool>> look, TimeSpan interval, TimeProvider time, ILogger<LagTimer> logger)
    : NodeTimer(time)
{
    /// <inheritdoc/>
    protected override TimeSpan? FirstPause => interval > TimeSpan.Zero ? interval : null;

    /// <summary>Looks once; it changes nothing, so it may be left to itself.</summary>
    /// <param name="stopping">Abandons the look.</param>
    protected override async ValueTask<TimeSpan> RunOnceAsync(CancellationToken stopping)
    {
        try
        {
            if (!await look(stopping))
            {
                TooManyGroups(logger);
            }
        }
        catch (Exception exception) when (exception is StorageUnavailableException or CorruptDataException)
        {
            LookUnfinished(logger, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LookFailed(logger, exception);
        }

        return interval;
    }

    [LoggerMessage(620, LogLevel.Warning, "There are more groups than one look at their lag takes; some have no metric")]
    private static partial void TooManyGroups(ILogger logger);

    [LoggerMessage(621, LogLevel.Warning, "The lag of the groups is not known now: {Reason}")]
    private static partial void LookUnfinished(ILogger logger, string reason);

    [LoggerMessage(622, LogLevel.Error, "A mistake of the program in a look at the lag of the groups")]
    private static partial void LookFailed(ILogger logger, Exception failure);
}
