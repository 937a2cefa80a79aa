using Microsoft.Data.Sqlite;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// Commits the writes of this process, all that wait in one transaction: one flush of the disk serves them all.
/// </summary>
/// <remarks>
/// Each write judges its own condition inside the transaction, after the effects of those before it. No caller hears of
/// an effect before COMMIT has returned. A crash before that leaves nothing; a crash after it leaves everything.
/// </remarks>
internal sealed class EmbeddedWriter(string path, EmbeddedConnection connection, WorkQueue queue)
    : EmbeddedThread(path, connection, queue)
{
    private long _commits;

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <inheritdoc/>
    protected override int BatchItemsMax => EmbeddedLimits.BatchWritesMax;

    /// <inheritdoc/>
    protected override void Do(IReadOnlyList<StorageWork> batch)
    {
        if (!TryPrepare(batch))
        {
            return;
        }

        try
        {
            Connection.Commit();
        }
        catch (SqliteException exception)
        {
            Abandon(batch, culprit: null, EmbeddedFaults.OfCommit(exception, Path));
            return;
        }

        Interlocked.Increment(ref _commits);
        foreach (var work in batch)
        {
            work.Succeed();
        }
    }

    // Everything but COMMIT: whatever fails here has certainly changed nothing.
    private bool TryPrepare(IReadOnlyList<StorageWork> batch)
    {
        StorageWork? running = null;
        try
        {
            Connection.BeginImmediate();
            foreach (var work in batch)
            {
                running = work;
                work.Run(Connection);
            }

            return true;
        }
        catch (SqliteException exception)
        {
            Abandon(batch, running, EmbeddedFaults.BeforeCommit(exception, Path));
        }
        catch (Exception exception)
        {
            // A corrupt row or a bug: it reaches the caller whose work it was, and this thread goes on for the others.
            Abandon(batch, running, exception);
        }

        return false;
    }
}
