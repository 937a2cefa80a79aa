using System.Collections.Immutable;
using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>What a poll returned of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Records">In the order in which they came; those in front of the wanted offset left out.</param>
/// <param name="HighWatermark">The end of the log that came with them, or -1 when none did.</param>
/// <param name="LogStartOffset">The first offset that can be read, or -1 when none was told.</param>
public sealed record Slice(
    PartitionId Partition, ImmutableArray<SeenRecord> Records, long HighWatermark = -1, long LogStartOffset = -1)
{
    /// <summary>Where the client was told to go on, or -1 when it was not.</summary>
    public long NextOffset { get; init; } = -1;

    /// <summary>Where a client goes on that asked for an offset.</summary>
    public long After(long offset) =>
        Math.Max(NextOffset, Records.IsEmpty ? offset : Records[^1].Offset + 1);
}
