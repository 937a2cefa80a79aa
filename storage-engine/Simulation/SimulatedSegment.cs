using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation;

/// <summary>The blocks of one simulated segment; its owner serialises the calls.</summary>
internal sealed class SimulatedSegment
{
    // The position of each block and its bytes, in order; the list of positions is what a read searches.
    private readonly List<long> _positions = [];
    private readonly List<byte[]> _blocks = [];
    private readonly bool _whole;

    /// <summary>An empty segment that grows by appends.</summary>
    public SimulatedSegment()
    {
    }

    /// <summary>A segment that was written as a whole and never grows.</summary>
    public SimulatedSegment(IEnumerable<byte[]> parts)
    {
        _whole = true;
        foreach (var part in parts)
        {
            Add(part);
        }
    }

    public long Length { get; private set; }

    public SegmentAppend Append(long position, ReadOnlySequence<byte> block, int blocksMax)
    {
        // The service looks at the block count before it looks at the position.
        if (_whole || _blocks.Count >= blocksMax)
        {
            return SegmentAppend.Full;
        }

        if (position != Length)
        {
            return SegmentAppend.PositionTaken;
        }

        Add(block.ToArray());
        return SegmentAppend.Appended;
    }

    public int Read(long position, Span<byte> destination)
    {
        if (position >= Length)
        {
            return 0;
        }

        var index = _positions.BinarySearch(position);
        index = index >= 0 ? index : ~index - 1;
        var skip = (int)(position - _positions[index]);
        var count = 0;
        for (; index < _blocks.Count && count < destination.Length; index++)
        {
            var part = _blocks[index].AsSpan(skip);
            part = part[..Math.Min(part.Length, destination.Length - count)];
            part.CopyTo(destination[count..]);
            count += part.Length;
            skip = 0;
        }

        return count;
    }

    private void Add(byte[] block)
    {
        _positions.Add(Length);
        _blocks.Add(block);
        Length += block.Length;
    }
}
