namespace Serverless.StorageEngine.Simulation.Checking;

/// <summary>
/// What must never be seen. Names and definitions of the first part are those of Jepsen's <c>jepsen.tests.kafka</c>,
/// where <c>index(v)</c> is the place of a value among all offsets of its partition that anyone knows, and δ of two
/// values the difference of their indexes.
/// </summary>
/// <remarks>
/// Not here: precommitted reads, G0 and G1c over several operations of one transaction, and read-committed ends, which
/// need transactions. With one partition for each operation, a cycle of write and read edges needs real time, and is
/// <see cref="ReadFromTheFuture"/>; a cycle of two writes is <see cref="WriteOrder"/>.
/// </remarks>
public enum AnomalyKind
{
    /// <summary>An offset holds two values or more.</summary>
    InconsistentOffsets,

    /// <summary>One value is at two offsets or more, although its producer can be recognised.</summary>
    Duplicate,

    /// <summary>
    /// A value whose writer is committed was read by nobody, although a value behind its last place was read.
    /// </summary>
    LostWrite,

    /// <summary>An acknowledged value was never read, although the final polls read to the end.</summary>
    Unseen,

    /// <summary>G1a: a value was read whose writer failed for certain.</summary>
    AbortedRead,

    /// <summary>A value was read, or is stored, that nobody sent.</summary>
    UnsentValue,

    /// <summary>Within one poll, two values that follow each other have δ above 1.</summary>
    InternalPollSkip,

    /// <summary>Within one poll, two values that follow each other have δ below 1.</summary>
    InternalNonmonotonicPoll,

    /// <summary>Between two polls of one client that goes on where it was, δ is above 1.</summary>
    PollSkip,

    /// <summary>Between two polls of one client that goes on where it was, δ is below 1.</summary>
    NonmonotonicPoll,

    /// <summary>Within one send, two values that follow each other have δ below 1.</summary>
    InternalNonmonotonicSend,

    /// <summary>Between two sends of an ordered producer, δ is below 1.</summary>
    NonmonotonicSend,

    /// <summary>A value that a group committed was returned to none of its members.</summary>
    GroupSkip,

    /// <summary>G1c with real time: a value was read before it was first sent.</summary>
    ReadFromTheFuture,

    /// <summary>G0 with real time: a send that began after another was acknowledged lies in front of it.</summary>
    WriteOrder,

    /// <summary>An end of the log was told that lies in front of what was known to be durable before it was asked
    /// for.</summary>
    StaleEnd,

    /// <summary>An end of the log, or a record, was told before it was durable.</summary>
    EndAhead,

    /// <summary>The high watermark or the log start that one client saw at one node fell.</summary>
    EndFell,

    /// <summary>Bytes of a segment do not parse, or contradict themselves.</summary>
    DamagedBlock,

    /// <summary>A block does not continue the log: position, number, chain hash or log.</summary>
    BrokenChain,

    /// <summary>An epoch fell, or rose otherwise than by one with a barrier.</summary>
    BrokenEpoch,

    /// <summary>Two blocks have one nonce.</summary>
    NonceRepeated,

    /// <summary>A seal that is not the last block, or bytes behind the end of the log or outside of it.</summary>
    BrokenSeal,

    /// <summary>Offsets of a partition are not dense.</summary>
    OffsetGap,

    /// <summary>An acknowledged value is not stored at its offset.</summary>
    AcknowledgedMissing,

    /// <summary>A value whose send failed for certain is stored.</summary>
    FailedPresent,

    /// <summary>The sequences of a producer are not contiguous inside an epoch, or its epochs fall.</summary>
    BrokenSequence,

    /// <summary>One sequence of a producer and epoch, or one ordinal of a request, is stored twice.</summary>
    StoredTwice,

    /// <summary>A checkpoint says otherwise than a scan of the blocks in front of it.</summary>
    WrongCheckpoint,

    /// <summary>A segment's row or index says otherwise than a scan of the segment.</summary>
    WrongIndex,

    /// <summary>A row points to what was not stored then.</summary>
    RowAhead,

    /// <summary>What a poll returned is no contiguous piece of the stored log from the wanted offset on.</summary>
    PollDiffers,

    /// <summary>A search by time gave another record than a scan.</summary>
    WrongTimeLookup,

    /// <summary>A send took effect although its condition did not hold, or was refused although it did.</summary>
    BrokenCondition,

    /// <summary>A send without the current fencing token took effect, or one with it was refused.</summary>
    BrokenFence,

    /// <summary>An idempotent send was refused although it was the next one or a known one.</summary>
    WrongRefusal,

    /// <summary>A producer id and epoch was given out twice, or the epochs of a name fell.</summary>
    ProducerGrantedTwice,

    /// <summary>A deleted topic took an append.</summary>
    AppendedAfterDelete,

    /// <summary>A row names a segment whose bytes are gone.</summary>
    SegmentMissing,

    /// <summary>What counts no more was taken away in another order than rows, bytes, discard, or too early.</summary>
    WrongDiscard,

    /// <summary>A copy that counts holds other records than the segments that it stands for.</summary>
    WrongCopy,

    /// <summary>A compaction took out the last record of a key, or one that was too young.</summary>
    WrongCompaction,

    /// <summary>The log start rose although nobody asked for that and retention did not allow it.</summary>
    WrongLogStart,

    /// <summary>A range of offsets was told that was not true, or an offset in it was refused as out of it.</summary>
    WrongRange,

    /// <summary>Something that nothing needs was still stored when keepers had come to rest.</summary>
    LeftBehind,

    /// <summary>A partition had two owners in one group.</summary>
    TwoOwners,

    /// <summary>A partition was taken from a living member of a group that had not given it up.</summary>
    NotGivenUp,

    /// <summary>A partition that a member wants had no owner although the group had come to rest.</summary>
    UnownedPartition,

    /// <summary>
    /// In a group at rest, a member could have taken a partition from another one that had at least two more.
    /// </summary>
    Unbalanced,

    /// <summary>An offset was committed by a member that did not own the partition while another did.</summary>
    UnfencedCommit,

    /// <summary>An offset was committed by one who was no member any more, or under another epoch.</summary>
    StaleCommit,

    /// <summary>An offset was committed that nobody asked for at that moment.</summary>
    UnaskedCommit,

    /// <summary>An acknowledged commit was not stored while it was asked for.</summary>
    LostCommit,

    /// <summary>A committed offset went back without anybody having asked for it.</summary>
    CommitFell,

    /// <summary>A committed offset lies behind the end of the log.</summary>
    CommitAhead,

    /// <summary>A committed offset was told that was not the committed one at any moment of the question.</summary>
    WrongCommit,
}
