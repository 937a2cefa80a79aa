using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>What a node does beside serving, whichever process it runs in: clean up at the start, send waiting clients
/// away at the stop.</summary>
/// <param name="node">The engine; stays with the caller.</param>
/// <param name="lifetime">Tells when the process begins to stop.</param>
/// <param name="logger">Hears what could not be cleaned up, and what nobody else would hear of.</param>
internal sealed partial class NodeLife(Node node, IHostApplicationLifetime lifetime, ILogger<NodeLife> logger)
    : IHostedLifecycleService
{
    private Task _deletions = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Long polls and live tails would use up the time that requests in flight get.
        lifetime.ApplicationStopping.Register(node.Log.EndWaits);
        node.Log.BackgroundFailed += failure => BackgroundFailed(logger, failure);
        _deletions = FinishDeletionsAsync(lifetime.ApplicationStopping);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets the step of a deletion that is in flight end, as long as the process has time for it.</summary>
    /// <param name="cancellationToken">Cancelled when the time of the stop is over.</param>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _deletions.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The next start does what is left.
        }
    }

    // Topics whose deletion another node began and did not finish. Nobody waits for it.
    private async Task FinishDeletionsAsync(CancellationToken stopping)
    {
        try
        {
            await node.Topics.FinishDeletionsAsync(damaged => DeletionDamaged(logger, damaged.Message), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start does what is left.
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            DeletionsUnfinished(logger, exception.Message);
        }
    }

    [LoggerMessage(601, LogLevel.Warning, "Deleted topics still have data, which the next start removes: {Reason}")]
    private static partial void DeletionsUnfinished(ILogger logger, string reason);

    [LoggerMessage(602, LogLevel.Error, "A deleted topic's data is damaged and remains: {Reason}")]
    private static partial void DeletionDamaged(ILogger logger, string reason);

    [LoggerMessage(603, LogLevel.Error, "A mistake of the program in work that no request waits for; it goes on")]
    private static partial void BackgroundFailed(ILogger logger, Exception failure);
}
