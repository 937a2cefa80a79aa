namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>How far a keeper came with one log.</summary>
internal enum LogVisit
{
    /// <summary>Nothing is left to do, or it is left to others.</summary>
    Done,

    /// <summary>Segments are left that are to be rewritten: the run had no share of bytes left for them.</summary>
    Postponed,

    /// <summary>It was cut off: the run's share of time or steps is spent, or another node has taken over.</summary>
    CutOff,
}
