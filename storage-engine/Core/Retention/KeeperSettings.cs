namespace Serverless.StorageEngine.Retention;

/// <summary>The limits of a node's keeper.</summary>
public sealed record KeeperSettings
{
    /// <summary>
    /// How long a run goes on before the next one must: less than the 230 s after which Azure's front end gives up a
    /// request that asks for a run. A sixth of it is for deletions at most, and the last sixth for what comes behind the
    /// topics. A step that has begun is finished.
    /// </summary>
    public TimeSpan RunTimeMax { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The most steps of a run, to topics and again to what comes behind them. Each is a few storage operations, but for the parts of copies.</summary>
    public int StepsMax { get; init; } = 10_000;

    /// <summary>
    /// The most bytes that a run rewrites; the step that exceeds it is its last of this kind. At full speed this is a
    /// minute or two of one core.
    /// </summary>
    public long BytesRewrittenMax { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>The most faults one behind the other before a run takes storage for broken and ends.</summary>
    public int FaultsInARowMax { get; init; } = 5;

    /// <summary>How long a node may be silent before another one takes over the topic that it was at.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a copy may take before others take its writer for dead.</summary>
    public TimeSpan CopyTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often a topic's copies are listed for those that no row tells of. Such a copy only costs its room, and it
    /// takes a node that sleeps for longer than <see cref="CopyTimeout"/> and dies right then. A list operation of 5,000
    /// names costs as much as an append, so this is 150 to 300 appends a month for each topic.
    /// </summary>
    public TimeSpan StrayCopyInterval { get; init; } = TimeSpan.FromDays(1);
}
