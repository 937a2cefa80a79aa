namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>What can go wrong in a simulated world.</summary>
public enum FaultKind
{
    /// <summary>A request to storage never arrives, and nobody is told.</summary>
    RequestLost,

    /// <summary>A request to storage takes effect, and nobody is told.</summary>
    AnswerLost,

    /// <summary>A request to storage arrives late; after minutes, its sender has long given up.</summary>
    RequestDelayed,

    /// <summary>A request to storage takes effect at once and is answered late.</summary>
    AnswerDelayed,

    /// <summary>A request to storage that was not refused arrives a second time, later.</summary>
    RequestRepeated,

    /// <summary>Storage does nothing and says so (503).</summary>
    Refused,

    /// <summary>Storage does nothing, says so, and asks to wait (429, 503 with Retry-After).</summary>
    Throttled,

    /// <summary>Storage fails before it did anything, which the caller cannot know (500, reset).</summary>
    FailedBefore,

    /// <summary>Storage fails after it did what was asked, which the caller cannot know (500, reset).</summary>
    FailedAfter,

    /// <summary>The connection breaks while a body is on its way, to storage or back.</summary>
    ResetInBody,

    /// <summary>A page of a query ends early, and its continuation comes later.</summary>
    ShortPage,

    /// <summary>The segment store is down for everyone, for a while.</summary>
    SegmentsDown,

    /// <summary>The table store is down for everyone, for a while.</summary>
    TablesDown,

    /// <summary>Both stores are down for everyone, for a while.</summary>
    StorageDown,

    /// <summary>One node and the segment store do not reach each other, in one or both directions.</summary>
    CutFromSegments,

    /// <summary>One node and the table store do not reach each other, in one or both directions.</summary>
    CutFromTables,

    /// <summary>A node stands still in the middle of what it does, and then goes on.</summary>
    Freeze,

    /// <summary>A node ends in the middle of what it does; another starts in its place later.</summary>
    Kill,

    /// <summary>All nodes end in the middle of what they do.</summary>
    KillAll,

    /// <summary>A node ends in order, as when the platform takes an instance away; another starts later.</summary>
    Stop,

    /// <summary>The wall clock of a node is set forward or back.</summary>
    ClockJump,

    /// <summary>A node starts with the id of one that has died, or that still lives.</summary>
    SharedId,

    /// <summary>A request of a client never arrives at its node.</summary>
    CallLost,

    /// <summary>A client never gets its answer.</summary>
    CallAnswerLost,

    /// <summary>A request of a client arrives late, or its answer does.</summary>
    CallDelayed,

    /// <summary>A client ends in the middle of what it does; another starts in its place.</summary>
    ClientCrash,
}
