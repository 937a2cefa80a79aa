using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>The parts of one copy on their way into the store. A call whose outcome is not known is made again.</summary>
/// <param name="segments">Where they go.</param>
/// <param name="copy">The copy's name.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class CopyParts(ISegmentStore segments, SegmentName copy, TimeProvider time, Random random)
{
    private readonly StorageAttempts _attempts = new(time, random);

    /// <summary>How many parts there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of all of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the next part.</summary>
    /// <param name="part">Borrowed until the task completes.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async ValueTask AddAsync(ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        await _attempts.RunAsync(
            async () =>
            {
                await segments.StageAsync(copy, Count, part, cancellationToken);
                return true;
            },
            cancellationToken);
        Count++;
        Bytes += part.Length;
    }

    /// <summary>Makes them the copy.</summary>
    /// <exception cref="CorruptDataException">A segment of that name, with another content, exists already.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var isMade = await _attempts.RunAsync(
            () => segments.CommitAsync(copy, Count, cancellationToken), cancellationToken);
        if (isMade)
        {
            return;
        }

        // An attempt before, whose answer was lost, made it.
        var length = await _attempts.RunAsync(
            () => segments.GetLengthAsync(copy, cancellationToken), cancellationToken);
        if (length != Bytes)
        {
            throw new CorruptDataException($"Segment {copy}: expected a copy of {Bytes} bytes, found {length}.");
        }
    }
}
