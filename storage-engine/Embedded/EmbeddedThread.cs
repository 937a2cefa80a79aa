using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>A thread that owns one connection and does the work of one queue on it until the queue is closed.</summary>
/// <remarks>
/// A thread of its own, because every SQLite call blocks: a commit waits for the disk, a read may. On the pool a few of
/// them would hold up all requests of a small machine.
/// </remarks>
internal abstract class EmbeddedThread(string path, EmbeddedConnection connection, WorkQueue queue)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the queue is closed, everything in it is done, and the connection is closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The database file, for messages.</summary>
    protected string Path { get; } = path;

    /// <summary>The connection that only this thread uses.</summary>
    protected EmbeddedConnection Connection { get; } = connection;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">What a debugger shows.</param>
    public void Start(string name) => new Thread(Loop) { IsBackground = true, Name = name }.Start();

    /// <summary>Items to take at once.</summary>
    protected abstract int BatchItemsMax { get; }

    /// <summary>Does all items in one transaction.</summary>
    /// <param name="batch">At least one item; every one must be answered.</param>
    protected abstract void Do(IReadOnlyList<StorageWork> batch);

    /// <summary>
    /// Undoes the transaction and fails its items: the one that broke it with the fault, the others as undone.
    /// </summary>
    /// <param name="batch">The items of the transaction.</param>
    /// <param name="culprit">The item that was running, or null when it was none of them.</param>
    /// <param name="fault">What happened, in the words of the ports.</param>
    protected void Abandon(IReadOnlyList<StorageWork> batch, StorageWork? culprit, Exception fault)
    {
        try
        {
            Connection.Rollback();
        }
        catch (SqliteException rollback)
        {
            // SQLite undoes the transaction when the connection closes; until then each call fails with its own fault.
            fault = EmbeddedFaults.OfRollback(fault, rollback, Path);
        }

        foreach (var work in batch)
        {
            work.Fail(culprit is null || work == culprit ? fault : Undone(fault));
        }
    }

    private StorageUnavailableException Undone(Exception fault) => fault is StorageUnavailableException unavailable
        ? unavailable
        : new($"A call that shared a transaction in '{Path}' failed.", fault, EmbeddedLimits.RetryAfter);

    private void Loop()
    {
        var batch = new List<StorageWork>();
        while (queue.Take(batch, BatchItemsMax, EmbeddedLimits.BatchBytesMax))
        {
            if (batch.Count > 0)
            {
                Do(batch);
                batch.Clear();
            }
        }

        Connection.Dispose();
        _ended.SetResult();
    }
}
