using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>What the last block of a copy says of it.</summary>
public sealed record StoredSummary(
    long BaseOffset,
    long NextOffset,
    long Records,
    long MinTimestamp,
    long LargestTimestamp,
    long IndexInterval,
    ImmutableArray<StoredIndexEntry> Index);
