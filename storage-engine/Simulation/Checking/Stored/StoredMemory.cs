using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>A memory section: what the writer of a checkpoint took the log to remember of earlier appends.</summary>
/// <param name="Time">The log's time: the largest clock reading of a writer so far, in milliseconds since
/// 1970.</param>
/// <param name="FencingToken">The partition's fencing token; empty for none.</param>
/// <param name="Producers">The remembered producers in the order of their ids.</param>
/// <param name="Runs">The remembered records of keyed requests, the oldest first.</param>
public sealed record StoredMemory(
    long Time, string FencingToken, ImmutableArray<StoredProducer> Producers, ImmutableArray<StoredRun> Runs)
{
    /// <summary>Whether both say the same, by content.</summary>
    public bool Equals(StoredMemory? other) =>
        other is not null
        && Time == other.Time
        && FencingToken == other.FencingToken
        && Producers.AsSpan().SequenceEqual(other.Producers.AsSpan())
        && Runs.AsSpan().SequenceEqual(other.Runs.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, FencingToken, Producers.Length, Runs.Length);

    /// <inheritdoc/>
    public override string ToString() =>
        $"time {Time}, token '{FencingToken}', producers [{string.Join("; ", Producers)}], "
        + $"runs [{string.Join("; ", Runs)}]";
}
