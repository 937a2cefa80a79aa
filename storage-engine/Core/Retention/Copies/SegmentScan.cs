using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// Reads a sealed segment, as it was written or copied, block by block: large reads one behind the other, no byte
/// twice.
/// </summary>
/// <remarks>
/// Holds one read and what is left of the one before at a time, whatever the segment's size. A block is memory of its
/// own with its neighbours of the same read: whoever keeps a part of it keeps that read, so what is kept for long is
/// copied.
/// </remarks>
/// <param name="segments">Where the segments lie.</param>
/// <param name="memory">For who goes through a segment: one at a time.</param>
/// <param name="time">The only clock, for the pauses between attempts.</param>
/// <param name="random">The only source of randomness.</param>
/// <param name="pulse">Is told of each read of a step; null for nobody.</param>
internal sealed class SegmentScan(
    ISegmentStore segments, CopyMemory memory, TimeProvider time, Random random, StepPulse? pulse = null)
{
    /// <summary>The size of one read: the largest block, so that each read brings at least one.</summary>
    public const int ReadBytes = SegmentLimits.BlockBytesMax;

    private readonly StorageAttempts _attempts = new(time, random);

    /// <summary>All blocks of a segment from an offset on, in order; also those without records.</summary>
    /// <param name="log">The log that the segment belongs to.</param>
    /// <param name="segment">Its row.</param>
    /// <param name="fromOffset">Where to begin; earlier records may come in front of it. The first offset of the
    /// segment, or less, for all of it.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <exception cref="StorageUnavailableException">Storage refused each of several attempts, or the segment is gone:
    /// its row was taken away meanwhile.</exception>
    /// <exception cref="CorruptDataException">The bytes are not those of the segment that the row
    /// describes.</exception>
    public IAsyncEnumerable<LogBlock> ReadAsync(
        LogId log, SegmentRow segment, long fromOffset, CancellationToken cancellationToken) =>
        ReadAsync(
            log, segment, fromOffset, static length => GC.AllocateUninitializedArray<byte>(length), cancellationToken);

    /// <summary>
    /// The same blocks for who goes on with the next one only when it is done with the one before: their memory is used
    /// again, so that a log of any size leaves no garbage behind that the collector would let grow. One pass at a time.
    /// </summary>
    /// <param name="log">The log that the segment belongs to.</param>
    /// <param name="segment">Its row.</param>
    /// <param name="fromOffset">Where to begin, as above.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <exception cref="StorageUnavailableException">As above.</exception>
    /// <exception cref="CorruptDataException">As above.</exception>
    public IAsyncEnumerable<LogBlock> PassAsync(
        LogId log, SegmentRow segment, long fromOffset, CancellationToken cancellationToken) =>
        ReadAsync(log, segment, fromOffset, length => memory.Read(length, segment.Bytes), cancellationToken);

    private async IAsyncEnumerable<LogBlock> ReadAsync(
        LogId log,
        SegmentRow segment,
        long fromOffset,
        Func<int, Memory<byte>> allocate,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = fromOffset <= segment.BaseOffset ? null : segment.SparseIndex().AtOrBefore(fromOffset);
        var check = new ScanCheck(log, segment, start);
        var position = start?.Position ?? 0;
        var rest = Memory<byte>.Empty;
        while (position < segment.Bytes)
        {
            await (pulse?.BeatAsync() ?? ValueTask.CompletedTask);
            var bytes = await ReadOnAsync(segment, position, rest, allocate, cancellationToken);
            var taken = 0;
            while (TryDecode(segment, position + taken, bytes[taken..], out var block))
            {
                check.Follow(block);
                taken += block.Header.Length;
                yield return block;
            }

            rest = bytes[taken..];
            position += taken;
            if (taken == 0)
            {
                throw new CorruptDataException(
                    $"Segment {segment.Segment}, position {position}: expected a whole block, found {rest.Length} bytes"
                    + " of one in front of the end that the row states.");
            }
        }

        check.End();
    }

    /// <summary>What is left of the last read, and the next one behind it.</summary>
    private async ValueTask<Memory<byte>> ReadOnAsync(
        SegmentRow segment,
        long position,
        Memory<byte> rest,
        Func<int, Memory<byte>> allocate,
        CancellationToken cancellationToken)
    {
        var from = position + rest.Length;
        var length = (int)Math.Min(ReadBytes, segment.Bytes - from);
        if (length == 0)
        {
            return rest;
        }

        var bytes = allocate(rest.Length + length);
        rest.CopyTo(bytes);
        var read = await _attempts.RunAsync(
            () => segments.ReadAsync(
                segment.SegmentName(), from, bytes.Slice(rest.Length, length), cancellationToken),
            cancellationToken);
        if (!read.Exists)
        {
            throw new StorageUnavailableException(
                $"Segment {segment.Segment} is gone: another segment stands for its offsets now, or none.");
        }

        return read.Count == length
            ? bytes
            : throw new CorruptDataException(
                $"Segment {segment.Segment}, position {from}: expected {length} bytes, found {read.Count}.");
    }

    private static bool TryDecode(
        SegmentRow segment,
        long position,
        Memory<byte> bytes,
        [NotNullWhen(true)] out LogBlock? block)
    {
        block = null;
        if (bytes.Length < BlockFormat.HeaderBytes)
        {
            return false;
        }

        var length = BlockDecoder.ReadLength(segment.SegmentName(), position, bytes.Span);
        if (length > bytes.Length)
        {
            return false;
        }

        block = BlockDecoder.Decode(segment.SegmentName(), position, bytes[..length]);
        return true;
    }
}
