using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>Whether this node can do its work now: it is not stopping, and its store answers.</summary>
/// <param name="tables">The store to ask.</param>
/// <param name="time">The only clock.</param>
/// <param name="logger">Told what the store says; those who ask may be strangers and are not.</param>
/// <param name="stopping">Cancelled when the node begins to stop.</param>
/// <remarks>
/// However often it is asked, the store sees at most one read at a time and one per <see cref="AnswerAge"/>: whoever
/// watches a node must not be able to load the store.
/// </remarks>
internal sealed partial class ReadinessProbe(
    ITableStore tables, TimeProvider time, ILogger<ReadinessProbe> logger, CancellationToken stopping)
{
    /// <summary>How long the store may take before the node counts as not ready.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer is repeated.</summary>
    public static readonly TimeSpan AnswerAge = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<string?> _answer = Task.FromResult<string?>(null);
    private long _askedAt;
    private bool _asked;

    /// <summary>What stands in the way, in one sentence, or null when the node is ready.</summary>
    public Task<string?> CheckAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return Task.FromResult<string?>("The node is stopping.");
        }

        lock (_lock)
        {
            if (!_asked || (_answer.IsCompleted && time.GetElapsedTime(_askedAt) >= AnswerAge))
            {
                (_asked, _askedAt) = (true, time.GetTimestamp());
                _answer = AskAsync();
            }

            return _answer;
        }
    }

    private async Task<string?> AskAsync()
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        try
        {
            // No such row exists: what counts is that the store says so.
            await tables.GetAsync("health", "health", limit.Token).AsTask().WaitAsync(Timeout, time);
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            return $"The store did not answer within {Timeout.TotalSeconds} s.";
        }
        catch (Exception exception) when (exception is StorageUnavailableException or CorruptDataException)
        {
            StoreNotReady(logger, exception.Message);
            return "The store is not available; the log of the node says why.";
        }
    }

    [LoggerMessage(630, LogLevel.Warning, "The node is not ready: {Reason}")]
    private static partial void StoreNotReady(ILogger logger, string reason);
}
