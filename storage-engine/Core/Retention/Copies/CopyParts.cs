using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// The bytes of one copy on their way into the store, in parts as large as it takes: each is a paid write. A call whose
/// outcome is not known is made again.
/// </summary>
/// <param name="segments">Where they go.</param>
/// <param name="copy">The copy's name.</param>
/// <param name="memory">Where a part is filled: one copy at a time.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class CopyParts(
    ISegmentStore segments, SegmentName copy, CopyMemory memory, TimeProvider time, Random random)
{
    private readonly StorageAttempts _attempts = new(time, random);
    private readonly byte[] _part = memory.Part;
    private int _partLength;
    private int _partCount;

    /// <summary>The bytes that were added.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a block behind those before it.</summary>
    /// <param name="block">Copied.</param>
    /// <param name="cancellationToken">Abandons the copy.</param>
    public async ValueTask AddAsync(ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        while (!block.IsEmpty)
        {
            var count = (int)Math.Min(block.Length, _part.Length - _partLength);
            block.Slice(0, count).CopyTo(_part.AsSpan(_partLength));
            block = block.Slice(count);
            _partLength += count;
            Length += count;
            if (_partLength == _part.Length)
            {
                await StageAsync(cancellationToken);
            }
        }
    }

    /// <summary>Makes what was added the copy.</summary>
    /// <exception cref="CorruptDataException">A segment of that name, with another content, exists already.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        if (_partLength > 0)
        {
            await StageAsync(cancellationToken);
        }

        var isMade = await _attempts.RunAsync(
            () => segments.CommitAsync(copy, _partCount, cancellationToken), cancellationToken);
        if (isMade)
        {
            return;
        }

        // An attempt before, whose answer was lost, made it.
        var length = await _attempts.RunAsync(
            () => segments.GetLengthAsync(copy, cancellationToken), cancellationToken);
        if (length != Length)
        {
            throw new CorruptDataException($"Segment {copy}: expected a copy of {Length} bytes, found {length}.");
        }
    }

    private async ValueTask StageAsync(CancellationToken cancellationToken)
    {
        var part = new ReadOnlySequence<byte>(_part, 0, _partLength);
        await _attempts.RunAsync(
            async () =>
            {
                await segments.StageAsync(copy, _partCount, part, cancellationToken);
                return true;
            },
            cancellationToken);
        _partCount++;
        _partLength = 0;
    }
}
