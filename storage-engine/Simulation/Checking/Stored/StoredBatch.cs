using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Checking.Stored;

/// <summary>One record batch and its directory entry, which were found to say the same.</summary>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="ProducerId">The idempotent producer, or -1.</param>
/// <param name="ProducerEpoch">Its epoch, or -1.</param>
/// <param name="BaseSequence">The directory's base sequence: of a producer's batch its first sequence, of a keyed
/// request's batch its first ordinal.</param>
/// <param name="MaxTimestamp">The largest timestamp.</param>
/// <param name="IsLogAppendTime">Whether that is the time of the append, given to all records.</param>
/// <param name="RequestNonce">The directory's request nonce.</param>
/// <param name="Records">Its records; the first has the base offset, each next one the next offset, but in copies.</param>
public sealed record StoredBatch(
    long BaseOffset,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence,
    long MaxTimestamp,
    bool IsLogAppendTime,
    UInt128 RequestNonce,
    ImmutableArray<StoredRecord> Records)
{
    /// <summary>
    /// How many offsets it spans, and the place of each record among them, where a copy left some out; empty without
    /// gaps.
    /// </summary>
    public (int Span, ImmutableArray<int> Deltas) Gaps { get; init; } = (0, []);

    /// <summary>The offset behind its last one.</summary>
    public long NextOffset => BaseOffset + (Gaps.Deltas.IsEmpty ? Records.Length : Gaps.Span);

    /// <summary>The offset of the record at a place.</summary>
    public long OffsetOf(int place) => BaseOffset + (Gaps.Deltas.IsEmpty ? place : Gaps.Deltas[place]);
}
