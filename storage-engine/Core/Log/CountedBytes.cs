using System.Buffers;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// One array that grows as it is written, never past a limit, and takes its bytes from a share of memory before it
/// allocates them. Not safe for concurrent use.
/// </summary>
/// <param name="share">What the request holds; null for no bound but <paramref name="lengthMax"/>.</param>
/// <param name="heldBytes">What the share has taken for these bytes already; kept until <see cref="Settle"/>.</param>
/// <param name="lengthMax">The most bytes that may be written.</param>
public sealed class CountedBytes(ByteShare? share, long heldBytes, int lengthMax) : IBufferWriter<byte>
{
    private const int FirstBytesMin = 256;

    private readonly long _heldMin = heldBytes;
    private byte[] _bytes = [];
    private int _length;

    /// <summary>What the share holds for these bytes now, also behind an exception; whoever opened this returns it.</summary>
    public long HeldBytes { get; private set; } = heldBytes;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    /// <summary>Room for more.</summary>
    /// <param name="sizeHint">The fewest bytes wanted; 0 for any.</param>
    /// <returns>At least as many bytes; none only at the limit.</returns>
    /// <exception cref="InvalidDataException">The limit would be passed.</exception>
    /// <exception cref="OutOfBytesException">The share has no room.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        // At the limit there is no more, not even the one byte that a writer without a hint asks for.
        Grow(sizeHint > 0 ? sizeHint : Math.Min(1, lengthMax - _length));
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Ends the writing, and holds as much as the array has.</summary>
    /// <returns>What was written; the array is the caller's.</returns>
    public ReadOnlyMemory<byte> Settle()
    {
        ReturnDownTo(_bytes.Length);
        return _bytes.AsMemory(0, _length);
    }

    private void Grow(int room)
    {
        var needed = (long)_length + room;
        if (needed <= _bytes.Length)
        {
            return;
        }

        if (needed > lengthMax)
        {
            throw new InvalidDataException($"The bytes are more than the {lengthMax} that are allowed.");
        }

        var wanted = (int)Math.Clamp(Math.Max(FirstBytesMin, 2L * _bytes.Length), needed, lengthMax);

        // While it is copied the old array is held as well.
        TakeUpTo((long)wanted + _bytes.Length);
        var grown = GC.AllocateUninitializedArray<byte>(wanted);
        _bytes.AsSpan(0, _length).CopyTo(grown);
        _bytes = grown;
        ReturnDownTo(Math.Max(wanted, _heldMin));
    }

    private void TakeUpTo(long bytes)
    {
        var more = bytes - HeldBytes;
        if (share is null || more <= 0)
        {
            return;
        }

        if (!share.TryTake(more))
        {
            throw new OutOfBytesException(more);
        }

        HeldBytes = bytes;
    }

    private void ReturnDownTo(long bytes)
    {
        if (share is not null && bytes < HeldBytes)
        {
            share.Return(HeldBytes - bytes);
            HeldBytes = bytes;
        }
    }
}
