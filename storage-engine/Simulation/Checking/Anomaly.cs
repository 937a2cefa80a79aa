using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking;

/// <summary>One thing that must never be seen.</summary>
/// <param name="Kind">What was broken.</param>
/// <param name="Where">The partition, segment, group or process.</param>
/// <param name="Detail">What was expected and what was found.</param>
/// <param name="Operations">The operations of the history that show it; empty when the stores alone do.</param>
public sealed record Anomaly(AnomalyKind Kind, string Where, string Detail, ImmutableArray<int> Operations)
{
    /// <summary>One line.</summary>
    public override string ToString() => Operations.IsEmpty
        ? $"{Kind} in {Where}: {Detail}"
        : $"{Kind} in {Where}: {Detail} (operations {string.Join(", ", Operations)})";
}
