using System.Buffers;

namespace Serverless.StorageEngine.Storage;

/// <summary>The argument rules of <see cref="ISegmentStore"/>, the same for every adapter.</summary>
/// <remarks>
/// Breaking one is a bug of the caller, so it is an <see cref="ArgumentException"/> and nothing was done.
/// </remarks>
public static class SegmentArguments
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-./");

    /// <summary>Refuses a name that is empty, too long, or holds a character that names may not hold.</summary>
    public static void CheckName(SegmentName segment)
    {
        if (segment.Value is not { Length: >= 1 and <= SegmentLimits.NameLengthMax } name)
        {
            throw new ArgumentException(
                $"A segment name has 1 to {SegmentLimits.NameLengthMax} characters, not {segment.Value?.Length ?? 0}.",
                nameof(segment));
        }

        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException(
                $"'{name}' is no segment name: it may hold a-z, 0-9, '-', '.' and '/' only.", nameof(segment));
        }
    }

    /// <summary>
    /// Refuses an append that no segment could take: a bad name, a negative position, an empty or too large block.
    /// </summary>
    public static void CheckAppend(SegmentName segment, long position, ReadOnlySequence<byte> block)
    {
        CheckName(segment);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        CheckBytes(block, "block", nameof(block));
    }

    /// <summary>
    /// Refuses a part that no segment could have: a bad name, a number out of bounds, an empty or too large part.
    /// </summary>
    public static void CheckStage(SegmentName segment, int number, ReadOnlySequence<byte> part)
    {
        CheckName(segment);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, SegmentLimits.PartsMax);
        CheckBytes(part, "part", nameof(part));
    }

    /// <summary>Refuses a commit that has a bad name, no part, or more parts than a segment can have.</summary>
    public static void CheckCommit(SegmentName segment, int partCount)
    {
        CheckName(segment);
        ArgumentOutOfRangeException.ThrowIfLessThan(partCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partCount, SegmentLimits.PartsMax);
    }

    /// <summary>Refuses a read that has a bad name, a negative position, or nowhere to put a byte.</summary>
    public static void CheckRead(SegmentName segment, long position, Memory<byte> destination)
    {
        CheckName(segment);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        if (destination.IsEmpty)
        {
            throw new ArgumentException("A read needs room for at least 1 byte.", nameof(destination));
        }
    }

    private static void CheckBytes(ReadOnlySequence<byte> bytes, string what, string parameter)
    {
        if (bytes.Length is < 1 or > SegmentLimits.BlockBytesMax)
        {
            throw new ArgumentException(
                $"A {what} has 1 to {SegmentLimits.BlockBytesMax} bytes, not {bytes.Length}.", parameter);
        }
    }
}
