using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>Which of a seed's faults really strike; for finding the few that a failure needs.</summary>
/// <param name="Without">Kinds that never strike.</param>
/// <param name="Only">The only faults that strike, or null for all.</param>
public sealed record FaultSelection(ImmutableSortedSet<FaultKind> Without, ImmutableHashSet<FaultId>? Only)
{
    /// <summary>All of them.</summary>
    public static FaultSelection All { get; } = new([], null);

    /// <summary>Whether a kind may strike at all.</summary>
    public bool Allows(FaultKind kind) => !Without.Contains(kind);

    /// <summary>Whether one fault strikes.</summary>
    public bool Allows(FaultId fault) => Allows(fault.Kind) && (Only is null || Only.Contains(fault));
}
