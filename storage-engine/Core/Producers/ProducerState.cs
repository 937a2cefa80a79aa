using System.Collections.Immutable;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Producers;

/// <summary>What a partition remembers of one idempotent producer: the last batches of its highest epoch.</summary>
/// <param name="Epoch">The highest epoch that appended.</param>
/// <param name="FirstSequence">The sequence number of the first record of the oldest batch in
/// <paramref name="Batches"/>.</param>
/// <param name="Batches">1 to <see cref="ProducerLimits.BatchesMax"/>, the oldest first; their sequence numbers follow
/// each other without a gap.</param>
/// <param name="LastTime">The log's time of the last batch.</param>
internal sealed record ProducerState(
    short Epoch, int FirstSequence, ImmutableArray<ProducerBatch> Batches, long LastTime)
{
    /// <summary>How many records the remembered batches have; far less than 2³¹.</summary>
    public int RecordCount
    {
        get
        {
            var count = 0;
            foreach (var batch in Batches)
            {
                count += batch.RecordCount;
            }

            return count;
        }
    }

    /// <summary>The sequence number that continues the remembered batches.</summary>
    public int NextSequence => SequenceNumber.After(FirstSequence, RecordCount);

    /// <summary>The state behind one more batch of the same epoch, which begins at
    /// <see cref="NextSequence"/>.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="time">The log's time.</param>
    /// <param name="batchesMax">How many batches are remembered.</param>
    public ProducerState With(ProducerBatch batch, long time, int batchesMax) => Batches.Length < batchesMax
        ? this with { Batches = Batches.Add(batch), LastTime = time }
        : this with
        {
            FirstSequence = SequenceNumber.After(FirstSequence, Batches[0].RecordCount),
            Batches = [.. Batches.AsSpan()[1..], batch],
            LastTime = time,
        };

    /// <summary>By value: states of different nodes are compared.</summary>
    public bool Equals(ProducerState? other) =>
        other is not null
        && (Epoch, FirstSequence, LastTime) == (other.Epoch, other.FirstSequence, other.LastTime)
        && Batches.AsSpan().SequenceEqual(other.Batches.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Epoch, FirstSequence, LastTime, Batches.Length);
}
