namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>One thing that a client asked, and how it ended.</summary>
/// <param name="Id">Counts the operations of a history from 0.</param>
/// <param name="Process">The client.</param>
/// <param name="Node">The life of the node that was asked, or -1.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Invoked">When it was asked, in the order of the history.</param>
/// <param name="InvokedAt">The same by the recorder's clock, in ticks.</param>
public sealed record Operation(int Id, int Process, int Node, Request Request, int Invoked, long InvokedAt)
{
    /// <summary>The order of what has not happened.</summary>
    public const int Never = int.MaxValue;

    private static readonly Answer Open = new Answer.Unknown("never answered");

    /// <summary>How it ended.</summary>
    public Answer Answer { get; init; } = Open;

    /// <summary>When its client learned that, in the order of the history; <see cref="Never"/> without an
    /// answer.</summary>
    public int Completed { get; init; } = Never;

    /// <summary>The same by the recorder's clock, in ticks; 0 without an answer.</summary>
    public long CompletedAt { get; init; }

    /// <summary>Whether it certainly happened: Jepsen's <c>ok</c>.</summary>
    public bool IsOk => !IsFailed && !IsUnknown;

    /// <summary>Whether it certainly did not happen, and never will: Jepsen's <c>fail</c>.</summary>
    public bool IsFailed => Answer is Answer.Failed;

    /// <summary>Whether it may have happened, or may still: Jepsen's <c>info</c>.</summary>
    public bool IsUnknown => Answer is Answer.Unknown;
}
