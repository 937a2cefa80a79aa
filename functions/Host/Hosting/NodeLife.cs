namespace Serverless.Functions.Host.Hosting;

/// <summary>What a node does beside serving, whichever process it runs in: it says what is odd about its settings, sends
/// waiting clients away at the stop, and tells of mistakes that nobody waits for.</summary>
/// <param name="node">The engine; stays with the caller.</param>
/// <param name="warnings">What is odd, in one sentence each.</param>
/// <param name="lifetime">Tells when the process begins to stop.</param>
/// <param name="logger">Hears what nobody else would hear of.</param>
internal sealed partial class NodeLife(
    Node node, IReadOnlyList<string> warnings, IHostApplicationLifetime lifetime, ILogger<NodeLife> logger)
    : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Long polls and live tails would use up the time that requests in flight get.
        lifetime.ApplicationStopping.Register(node.Log.EndWaits);
        foreach (var warning in warnings)
        {
            OddSettings(logger, warning);
        }

        node.Log.BackgroundFailed += failure => BackgroundFailed(logger, failure);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(604, LogLevel.Warning, "{Warning}")]
    private static partial void OddSettings(ILogger logger, string warning);

    [LoggerMessage(603, LogLevel.Error, "A mistake of the program in work that no request waits for; it goes on")]
    private static partial void BackgroundFailed(ILogger logger, Exception failure);
}
