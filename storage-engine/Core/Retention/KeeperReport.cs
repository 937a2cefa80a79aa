namespace Serverless.StorageEngine.Retention;

/// <summary>What one run did.</summary>
/// <param name="StartedAt">When it began, in storage time.</param>
/// <param name="FinishedAt">When it ended, in storage time.</param>
/// <param name="TopicsKept">The topics that it took and went through, as far as its limits let it.</param>
/// <param name="TopicsHeld">The topics that another node was at.</param>
/// <param name="IsComplete">Whether it dealt with everything: nothing was left, and nothing failed. Else the next run is due
/// at once.</param>
/// <param name="HasMore">Whether it reached a limit: the next run goes on there.</param>
/// <param name="Did">What it did.</param>
/// <param name="Problems">The first problems that it met; <see cref="KeeperCounts.Faults"/> counts all.</param>
public sealed record KeeperReport(
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    int TopicsKept,
    int TopicsHeld,
    bool IsComplete,
    bool HasMore,
    KeeperCounts Did,
    IReadOnlyList<KeeperProblem> Problems);
