using System.Buffers;
using System.Buffers.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>The cursor of an answer while records are written: where a client stands that has read so far.</summary>
internal sealed class StreamCursor
{
    private const int NumberDigitsMax = 20;

    private readonly PartitionPosition[] _positions;

    // Partitions are given in order of their numbers, all of them or a single one.
    private readonly int _firstPartition;

    /// <summary>Starts where a reader stands.</summary>
    /// <param name="positions">Either one partition, or all from 0 on.</param>
    public StreamCursor(ReadOnlySpan<PartitionPosition> positions)
    {
        _positions = positions.ToArray();
        _firstPartition = positions[0].Partition;
    }

    /// <summary>Where it stands.</summary>
    public ReadOnlySpan<PartitionPosition> Positions => _positions;

    /// <summary>Moves one partition on.</summary>
    public void Move(PartitionPosition position)
    {
        var index = position.Partition - _firstPartition;
        Invariant.Holds(_positions[index].Partition == position.Partition);
        _positions[index] = position;
    }

    /// <summary>Writes it as <see cref="PartitionCursor"/> does.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        for (var i = 0; i < _positions.Length; i++)
        {
            var span = output.GetSpan((2 * NumberDigitsMax) + 2);
            var length = 0;
            if (i > 0)
            {
                span[length++] = (byte)',';
            }

            length += Format(_positions[i].Partition, span[length..]);
            span[length++] = (byte)':';
            length += Format(_positions[i].Offset, span[length..]);
            output.Advance(length);
        }
    }

    private static int Format(long number, Span<byte> span)
    {
        var fits = Utf8Formatter.TryFormat(number, span, out var written);
        Invariant.Holds(fits);
        return written;
    }
}
