using System.Buffers;
using System.Runtime.InteropServices;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>Bytes that are written again and again in the same memory. Not safe for concurrent use.</summary>
/// <param name="capacity">What is enough most times; a few times more is kept, too.</param>
internal sealed class ReusedBytes(int capacity)
{
    private const int KeptCapacities = 2;

    private ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was written since the last beginning; its owner may change it, until the next beginning.</summary>
    public Memory<byte> Written => MemoryMarshal.AsMemory(_bytes.WrittenMemory);

    /// <summary>How many bytes were written since the last beginning.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>Forgets what was written.</summary>
    /// <param name="room">How many bytes the writer leaves in front for what its owner writes there last.</param>
    /// <returns>Takes what comes next.</returns>
    public ArrayBufferWriter<byte> Begin(int room = 0)
    {
        // What one large batch needed is not kept for the small ones.
        if (_bytes.Capacity < capacity || _bytes.Capacity > KeptCapacities * capacity)
        {
            _bytes = new ArrayBufferWriter<byte>(capacity);
        }

        _bytes.ResetWrittenCount();
        _bytes.GetSpan(room);
        _bytes.Advance(room);
        return _bytes;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release() => _bytes = new ArrayBufferWriter<byte>();
}
