namespace Serverless.StorageEngine.Retention;

/// <summary>The last or present run of a keeper over all topics.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="StartedAt">When it began, in storage time.</param>
/// <param name="FinishedAt">When it was done, in storage time; null while it is at it, and when it died.</param>
/// <param name="NextTopic">The topic with which the next run goes on; null for the first.</param>
/// <param name="IsComplete">Whether it dealt with everything: nothing was left, and nothing failed.</param>
/// <param name="Did">What it did.</param>
/// <param name="Problem">The last problem that it met, or null.</param>
public sealed record KeeperRun(
    Bits128 NodeId,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? NextTopic,
    bool IsComplete,
    KeeperCounts Did,
    KeeperProblem? Problem);
