namespace Serverless.StorageEngine.Log;

/// <summary>The reads of one log that nobody waits for yet.</summary>
/// <remarks>One caller at a time, but for <see cref="Done"/>.</remarks>
internal sealed class ReadsInFlight
{
    private volatile Task _done = Task.CompletedTask;

    /// <summary>Completes when none is on its way.</summary>
    public Task Done => _done;

    /// <summary>Adds one.</summary>
    /// <param name="read">Never fails.</param>
    public void Add(Task read) => _done = _done.IsCompleted ? read : Task.WhenAll(_done, read);
}
