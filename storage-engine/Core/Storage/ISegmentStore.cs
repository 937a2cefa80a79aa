using System.Buffers;

namespace Serverless.StorageEngine.Storage;

/// <summary>Segments: byte sequences that grow at the end by whole blocks and never change before it.</summary>
/// <remarks>
/// Every adapter passes <c>SegmentStoreConformance</c>, which states these promises as tests. An adapter never
/// retries: a repeated append would turn a success into <see cref="SegmentAppend.PositionTaken"/>; the log resolves
/// doubts itself. Every method may throw <see cref="StorageUnavailableException"/> (nothing happened; may be retried).
/// </remarks>
public interface ISegmentStore
{
    /// <summary>Creates an empty segment unless one of this name exists.</summary>
    /// <param name="segment">A name that was never used before, or that an earlier, interrupted creation used.</param>
    /// <param name="cancellationToken">Abandons the wait, not the creation.</param>
    /// <returns>True when this call created it, false when it existed already (with whatever it holds).</returns>
    /// <exception cref="StorageOutcomeUnknownException">It may or may not exist now. Calling again is safe.</exception>
    ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken);

    /// <summary>Adds <paramref name="block"/> at <paramref name="position"/>, atomically and durably, or adds
    /// nothing.</summary>
    /// <param name="segment">The segment to extend.</param>
    /// <param name="position">The segment's length in bytes as the caller knows it.</param>
    /// <param name="block">1 to <see cref="SegmentLimits.BlockBytesMax"/> bytes, borrowed until the task
    /// completes.</param>
    /// <param name="cancellationToken">Abandons the wait, not the write: the outcome is then unknown.</param>
    /// <returns>Which of the four definite outcomes happened.</returns>
    /// <exception cref="StorageOutcomeUnknownException">
    /// The block may or may not be there, now or later. Read at <paramref name="position"/> before appending again.
    /// </exception>
    ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps one part of a segment that is written as a whole: nobody sees it before <see cref="CommitAsync"/>. The same
    /// number again replaces the part, so a call whose outcome is unknown is made again.
    /// </summary>
    /// <param name="segment">A name that was never used for another content; <see cref="CreateAsync"/> is never called
    /// for it.</param>
    /// <param name="number">0 to <see cref="SegmentLimits.PartsMax"/> - 1.</param>
    /// <param name="part">1 to <see cref="SegmentLimits.BlockBytesMax"/> bytes, borrowed until the task
    /// completes.</param>
    /// <param name="cancellationToken">Abandons the wait, not the write.</param>
    /// <exception cref="StorageOutcomeUnknownException">The part may or may not be kept. Calling again is
    /// safe.</exception>
    ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the parts 0 to <paramref name="partCount"/> - 1 the segment's content, atomically and durably. From then on
    /// it is read like any other segment and takes no append (<see cref="SegmentAppend.Full"/>).
    /// </summary>
    /// <param name="segment">The segment whose parts were staged.</param>
    /// <param name="partCount">1 to <see cref="SegmentLimits.PartsMax"/>; each part was staged before.</param>
    /// <param name="cancellationToken">Abandons the wait, not the write.</param>
    /// <returns>True when this call made it; false when a segment of this name exists already, which is what an
    /// earlier call of the same caller may have made.</returns>
    /// <exception cref="StagedPartsMissingException">There is no segment of this name, and a part is not kept: it was
    /// never staged, or <see cref="DeleteAsync"/> discarded it meanwhile. Nothing happened.</exception>
    /// <exception cref="StorageOutcomeUnknownException">It may or may not exist now. Calling again is
    /// safe.</exception>
    /// <remarks>
    /// Parts that are never committed cost room until <see cref="DeleteAsync"/> is called or the service forgets them
    /// (Azure: after a week). A part that is staged, or arrives, after the commit changes nothing that is read.
    /// </remarks>
    ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken);

    /// <summary>Reads what is stored from <paramref name="position"/> on, as of one moment during the call.</summary>
    /// <param name="segment">The segment to read.</param>
    /// <param name="position">Bytes from the start of the segment; equal to (or beyond) the length means "nothing
    /// yet".</param>
    /// <param name="destination">
    /// Where the bytes go; at least 1 byte long. Filled completely when that many bytes are stored. Contents past the
    /// returned count are undefined. Borrowed until the task completes.
    /// </param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>The number of bytes read (0 at the end), and the length; or that the segment does not exist.</returns>
    ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>The length in bytes of a segment, or null when there is none of this name.</summary>
    ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken);

    /// <summary>All segments whose name starts with <paramref name="prefix"/>, in ordinal order. Never used on a hot
    /// path.</summary>
    IAsyncEnumerable<SegmentName> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes a segment, or the parts that were staged for one; deleting what does not exist succeeds. Its
    /// name must never be used again.</summary>
    /// <exception cref="StorageOutcomeUnknownException">It may or may not be deleted. Calling again is
    /// safe.</exception>
    ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken);
}
