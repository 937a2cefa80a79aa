using System.Buffers;

namespace Serverless.StorageEngine.Compression;

/// <summary>One array that grows as it is written, and never past a limit.</summary>
/// <param name="lengthMax">The most bytes.</param>
internal sealed class BoundedBytes(int lengthMax) : IBufferWriter<byte>
{
    private const int FirstBytesMin = 256;

    private byte[] _bytes = [];
    private int _length;

    /// <summary>What was written; the array is the caller's.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        // At the limit there is no more, not even the one byte that a writer without a hint asks for.
        Grow(sizeHint > 0 ? sizeHint : Math.Min(1, lengthMax - _length));
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

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

        var wanted = Math.Max(FirstBytesMin, 2L * _bytes.Length);
        var grown = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(wanted, needed, lengthMax));
        _bytes.AsSpan(0, _length).CopyTo(grown);
        _bytes = grown;
    }
}
