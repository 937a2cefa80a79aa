using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>A transaction that took effect in the table store.</summary>
/// <param name="Order">When, in the order of the history.</param>
/// <param name="Partition">The table partition.</param>
/// <param name="Changes">The rows' new contents; null for a row that was deleted.</param>
public sealed record StoredRows(int Order, string Partition, ImmutableArray<KeyValuePair<string, byte[]?>> Changes)
{
    /// <summary>When, in storage time: milliseconds since 1970, or 0 when that was not recorded.</summary>
    public long At { get; init; }
}
