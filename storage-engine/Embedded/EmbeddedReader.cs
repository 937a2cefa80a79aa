using Microsoft.Data.Sqlite;

namespace Serverless.StorageEngine.Embedded;

/// <summary>Does reads, each in a transaction of its own, so that each sees one snapshot.</summary>
internal sealed class EmbeddedReader(string path, EmbeddedConnection connection, WorkQueue queue)
    : EmbeddedThread(path, connection, queue)
{
    /// <inheritdoc/>
    protected override int BatchItemsMax => 1;

    /// <inheritdoc/>
    protected override void Do(IReadOnlyList<StorageWork> batch)
    {
        try
        {
            Connection.Begin();
            batch[0].Run(Connection);
            Connection.Commit();
        }
        catch (SqliteException exception)
        {
            Abandon(batch, batch[0], EmbeddedFaults.BeforeCommit(exception, Path));
            return;
        }
        catch (Exception exception)
        {
            // A corrupt row or a bug: it reaches the caller, and this thread goes on for the others.
            Abandon(batch, batch[0], exception);
            return;
        }

        batch[0].Succeed();
    }
}
