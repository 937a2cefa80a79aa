namespace Serverless.StorageEngine.Embedded;

/// <summary>One step of freeing deleted segments; it queues the next step until nothing is left.</summary>
internal sealed class ReclaimWork(EmbeddedDatabase database) : StorageWork
{
    private bool _more;

    /// <inheritdoc/>
    public override void Run(EmbeddedConnection connection) => _more = connection.Segments.Reclaim();

    /// <inheritdoc/>
    public override void Succeed()
    {
        if (_more)
        {
            database.ScheduleReclaim();
        }
    }

    /// <summary>Nobody waits for this work, and the file still says what is to be freed.</summary>
    /// <param name="exception">What the writes of the same transaction were told as well.</param>
    public override void Fail(Exception exception)
    {
    }
}
