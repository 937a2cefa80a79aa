using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// All large memory of a node that reads sealed segments and writes copies, one at a time: used again from read to read
/// and from copy to copy, so that the collector finds next to nothing to let grow, and given back when nothing is left
/// to do. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// 16 MiB for the read, the block and the part, and about a MiB for each of the others; as long as it takes, one batch
/// that restores to more.
/// </remarks>
internal sealed class CopyMemory
{
    /// <summary>The most bytes of a read, with what is left of the one before in front of it.</summary>
    public const int ReadBytesMax = 2 * SegmentLimits.BlockBytesMax;

    private const int BatchBytes = BatchMerge.BytesMax + (64 * 1024);

    private byte[] _read = [];
    private byte[] _block = [];
    private byte[] _part = [];

    /// <summary>The block of the copy that is being filled.</summary>
    public byte[] Block => _block = Whole(_block);

    /// <summary>The part of the copy that is being filled.</summary>
    public byte[] Part => _part = Whole(_part);

    /// <summary>The records of the batch that was read last, restored.</summary>
    public ReusedBytes Restored { get; } = new(BatchBytes);

    /// <summary>The batch that is being put together.</summary>
    public ReusedBytes Merged { get; } = new(BatchBytes);

    /// <summary>The first source of that batch.</summary>
    public ReusedBytes First { get; } = new(BatchBytes);

    /// <summary>The records of a batch that gets another codec, restored from the one that it has.</summary>
    public ReusedBytes Recoded { get; } = new(BatchBytes);

    /// <summary>The batch that a codec made.</summary>
    public ReusedBytes Compressed { get; } = new(BatchBytes);

    /// <summary>Memory for the next read; what was read before counts no more, but may be moved to the front of
    /// it.</summary>
    /// <param name="length">How much is needed now.</param>
    /// <param name="lengthMax">More than this will not be needed for this segment.</param>
    public Memory<byte> Read(int length, long lengthMax)
    {
        if (_read.Length < length)
        {
            _read = GC.AllocateUninitializedArray<byte>((int)Math.Min(ReadBytesMax, Math.Max(length, lengthMax)));
        }

        return _read.AsMemory(0, length);
    }

    /// <summary>Gives all of it back; whoever goes on takes it anew.</summary>
    public void Release()
    {
        (_read, _block, _part) = ([], [], []);
        foreach (var bytes in (ReadOnlySpan<ReusedBytes>)[Restored, Merged, First, Recoded, Compressed])
        {
            bytes.Release();
        }
    }

    private static byte[] Whole(byte[] bytes) =>
        bytes.Length > 0 ? bytes : GC.AllocateUninitializedArray<byte>(SegmentLimits.BlockBytesMax);
}
