using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Telemetry;

/// <summary>Lets the lag of the groups be looked up from time to time, for the metrics.</summary>
/// <param name="look">Looks once; false when there were more groups than one look takes.</param>
/// <param name="interval">How long between two looks; zero for never.</param>
/// <param name="time">The only clock.</param>
/// <param name="logger">Hears what went wrong.</param>
internal sealed partial class LagTimer(
    Func<CancellationToken, ValueTask<bool>> look, TimeSpan interval, TimeProvider time, ILogger<LagTimer> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _looks = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (interval > TimeSpan.Zero)
        {
            _looks = LookAsync(_stop.Token);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        try
        {
            await _looks.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // A look changes nothing, so it may be left to itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, stopping);
                await LookOnceAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node leaves.
        }
    }

    private async ValueTask LookOnceAsync(CancellationToken stopping)
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
    }

    [LoggerMessage(620, LogLevel.Warning, "There are more groups than one look at their lag takes; some have no metric")]
    private static partial void TooManyGroups(ILogger logger);

    [LoggerMessage(621, LogLevel.Warning, "The lag of the groups is not known now: {Reason}")]
    private static partial void LookUnfinished(ILogger logger, string reason);

    [LoggerMessage(622, LogLevel.Error, "A mistake of the program in a look at the lag of the groups")]
    private static partial void LookFailed(ILogger logger, Exception failure);
}
