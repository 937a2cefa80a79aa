using System.Buffers;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>Joins pieces of memory to one sequence without copying them.</summary>
internal sealed class ByteSequence : ReadOnlySequenceSegment<byte>
{
    private ByteSequence(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    /// <summary>The pieces in order; at least one.</summary>
    public static ReadOnlySequence<byte> Of(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var first = new ByteSequence(pieces[0], runningIndex: 0);
        var last = first;
        for (var piece = 1; piece < pieces.Count; piece++)
        {
            var next = new ByteSequence(pieces[piece], last.RunningIndex + last.Memory.Length);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
