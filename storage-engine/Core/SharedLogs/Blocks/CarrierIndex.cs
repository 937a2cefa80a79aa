using System.Buffers;
using Serverless.StorageEngine.Log.Blocks;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>Which bytes of which segments lie where in one carrier. Grows with its blocks; safe for several
/// threads.</summary>
internal sealed class CarrierIndex
{
    private readonly Lock _lock = new();
    // What the list of one segment takes beside its extents.
    private const int SegmentBytes = 80;

    private readonly SortedList<long, List<Extent>> _segments = [];
    private int _extents;

    /// <summary>What it takes of memory, without blocks.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_lock)
            {
                return ((long)_segments.Count * SegmentBytes) + ((long)_extents * Extent.MemoryBytes);
            }
        }
    }

    /// <summary>The numbers of the segments with bytes in the carrier, ascending.</summary>
    public long[] Ids
    {
        get
        {
            lock (_lock)
            {
                return [.. _segments.Keys];
            }
        }
    }

    /// <summary>Adds bytes behind those that the segment has in this carrier.</summary>
    public void Add(long id, Extent extent)
    {
        lock (_lock)
        {
            if (!_segments.TryGetValue(id, out var extents))
            {
                _segments.Add(id, extents = []);
            }

            extents.Add(extent);
            _extents++;
        }
    }

    /// <summary>What of a range of a segment lies in the carrier, in order and without holes.</summary>
    /// <param name="id">The segment's number.</param>
    /// <param name="from">The first byte that is looked for.</param>
    /// <param name="to">The byte behind the last one.</param>
    /// <returns>Empty when <paramref name="from"/> does not lie here.</returns>
    public Extent[] Find(long id, long from, long to)
    {
        lock (_lock)
        {
            if (!_segments.TryGetValue(id, out var extents))
            {
                return [];
            }

            var (low, high) = (0, extents.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = extents[middle].End <= from ? (middle + 1, high) : (low, middle);
            }

            var end = low;
            while (end < extents.Count && extents[end].Position < to)
            {
                end++;
            }

            return low < end && extents[low].Position <= from ? [.. extents[low..end]] : [];
        }
    }

    /// <summary>Writes the index as seals carry it: per segment its number, its first position and the number of its
    /// extents, and per extent its place, less the end of the one before, and its length; variable-length
    /// numbers.</summary>
    public void Write(ArrayBufferWriter<byte> target)
    {
        lock (_lock)
        {
            SectionBytes.WriteInt32(target, _segments.Count);
            foreach (var (id, extents) in _segments)
            {
                VariableBytes.Write(target, id);
                VariableBytes.Write(target, extents[0].Position);
                VariableBytes.Write(target, extents.Count);
                var end = 0L;
                foreach (var extent in extents)
                {
                    VariableBytes.Write(target, extent.At - end);
                    VariableBytes.Write(target, extent.Length);
                    end = extent.At + extent.Length;
                }
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArgumentException">The bytes are not an index.</exception>
    public static CarrierIndex Read(ref ReadOnlySpan<byte> source)
    {
        var index = new CarrierIndex();
        for (var segments = SectionBytes.ReadInt32(ref source); segments > 0; segments--)
        {
            var id = VariableBytes.Read(ref source);
            var position = VariableBytes.Read(ref source);
            var end = 0L;
            for (var extents = VariableBytes.Read(ref source); extents > 0; extents--)
            {
                var at = end + VariableBytes.Read(ref source);
                var length = (int)VariableBytes.Read(ref source);
                index.Add(id, new Extent(position, at, length));
                (position, end) = (position + length, at + length);
            }
        }

        index.TrimExcess();
        return index;
    }

    // A sealed carrier's index is kept for long and never grows.
    private void TrimExcess()
    {
        foreach (var extents in _segments.Values)
        {
            extents.TrimExcess();
        }
    }
}
