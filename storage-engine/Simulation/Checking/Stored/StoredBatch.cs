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
/// <param name="Records">Its records; the first has the base offset, each next one the next offset.</param>
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
    /// <summary>The offset behind its last record.</summary>
    public long NextOffset => BaseOffset + Records.Length;
}
