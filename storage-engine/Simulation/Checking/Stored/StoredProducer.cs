using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>What is remembered of one producer.</summary>
/// <param name="Id">The producer.</param>
/// <param name="Epoch">Its highest epoch.</param>
/// <param name="LastTime">The log's time of its last batch.</param>
/// <param name="FirstSequence">The first sequence of the oldest remembered batch.</param>
/// <param name="Batches">The last batches, the oldest first.</param>
public sealed record StoredProducer(
    long Id,
    short Epoch,
    long LastTime,
    int FirstSequence,
    ImmutableArray<(int RecordCount, long BaseOffset, long AppendTime)> Batches)
{
    /// <summary>Whether both say the same, by content.</summary>
    public bool Equals(StoredProducer? other) =>
        other is not null
        && (Id, Epoch, LastTime, FirstSequence) == (other.Id, other.Epoch, other.LastTime, other.FirstSequence)
        && Batches.AsSpan().SequenceEqual(other.Batches.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Epoch, LastTime, FirstSequence);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Id}/{Epoch} from {FirstSequence} at {LastTime}: {string.Join(' ', Batches)}";
}
