namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>How much a log remembers of earlier appends, and for how long: what all nodes that wrote it agreed
/// on.</summary>
/// <param name="BatchesMax">The batches of each producer.</param>
/// <param name="ProducersMax">The producers of a partition.</param>
/// <param name="RunsMax">The runs of records of keyed requests of a partition.</param>
/// <param name="ExpirationMs">How long without another batch, in milliseconds of the log's time.</param>
public sealed record MemoryLimits(int BatchesMax, int ProducersMax, int RunsMax, long ExpirationMs)
{
    /// <summary>What <c>FORMAT.md</c> says of every log but those of a simulation.</summary>
    public static MemoryLimits Default { get; } = new(5, 1_000, 4_096, 24L * 60 * 60 * 1_000);
}
