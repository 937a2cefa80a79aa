namespace Serverless.StorageEngine.Embedded;

/// <summary>One call of a store on its way to a thread that may block.</summary>
internal abstract class StorageWork
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int GivenUp = 2;

    private int _state;

    /// <summary>Payload bytes that the call writes; 0 for a read.</summary>
    public required long Bytes { get; init; }

    /// <summary>Claims the work for a thread; false when its caller has given up.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;

    /// <summary>Does the work inside a transaction and keeps the answer.</summary>
    public abstract void Run(EmbeddedConnection connection);

    /// <summary>Hands the kept answer to the caller.</summary>
    public abstract void Succeed();

    /// <summary>Throws <paramref name="exception"/> at the caller.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>
    /// Ends the caller's wait unless a thread has claimed the work. From then on the caller's buffers are in use, so
    /// the caller waits for the end, which one commit bounds.
    /// </summary>
    protected bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;
}
