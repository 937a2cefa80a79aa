namespace Serverless.Functions.Host.Hosting;

/// <summary>What a node does beside serving, whichever process it runs in: it sends waiting clients away at the stop, and
/// tells of mistakes that nobody waits for.</summary>
/// <param name="node">The engine; stays with the caller.</param>
/// <param name="lifetime">Tells when the process begins to stop.</param>
/// <param name="logger">Hears what nobody else would hear of.</param>
internal sealed partial class NodeLife(Node node, IHostApplicationLifetime lifetime, ILogger<NodeLife> logger)
    : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Long polls and live tails would use up the time that requests in flight get.
        lifetime.ApplicationStopping.Register(node.Log.EndWaits);
        node.Log.BackgroundFailed += failure => BackgroundFailed(logger, failure);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(603, LogLevel.Error, "A mistake of the program in work that no request waits for; it goes on")]
    private static partial void BackgroundFailed(ILogger logger, Exception failure);
}
