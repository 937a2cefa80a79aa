namespace Serverless.Functions.Host.Hosting;

/// <summary>Something that a node does from time to time while it lives.</summary>
/// <param name="time">The only clock.</param>
internal abstract class NodeTimer(TimeProvider time) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _runs = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _runs = FirstPause is { } first ? RunAllAsync(first, _stop.Token) : Task.CompletedTask;
        return Task.CompletedTask;
    }

    /// <summary>Ends what is under way, as long as the process has time for it.</summary>
    /// <param name="cancellationToken">Cancelled when the time of the stop is over.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        try
        {
            await _runs.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Left to itself: what it does must bear that, since a kill leaves it, too.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>How long to wait before the first time; null for never.</summary>
    protected abstract TimeSpan? FirstPause { get; }

    /// <summary>Does it once.</summary>
    /// <param name="stopping">Cancelled when the node leaves; the only thing that it may throw for.</param>
    /// <returns>How long to wait before the next time.</returns>
    protected abstract ValueTask<TimeSpan> RunOnceAsync(CancellationToken stopping);

    private async Task RunAllAsync(TimeSpan first, CancellationToken stopping)
    {
        try
        {
            for (var pause = first; ; pause = await RunOnceAsync(stopping))
            {
                await Task.Delay(pause, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The node leaves.
        }
    }
}
