using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>One segment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Blocks">Its blocks, up to the first place that is none.</param>
/// <param name="Faults">What in its bytes contradicts <c>FORMAT.md</c> or itself, with positions.</param>
public sealed record StoredSegment(
    string Name, long Length, ImmutableArray<StoredBlock> Blocks, ImmutableArray<string> Faults)
{
    /// <summary>Whether its bytes were deleted: then it is known from what was recorded.</summary>
    public bool IsGone { get; init; }
}
