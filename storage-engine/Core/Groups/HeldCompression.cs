using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// The codecs for one collection of records. Records are slices of the batch that was restored, so every batch counts
/// as a whole until the records are answered, or are given up. Not safe for concurrent use.
/// </summary>
/// <param name="codecs">The codecs.</param>
/// <param name="memory">What the read may hold; null for no bound.</param>
internal sealed class HeldCompression(ICompression codecs, ByteShare? memory) : ICompression
{
    private long _held;
    private long _expected;

    /// <summary>Makes room for a batch before it is restored, or says that there is none.</summary>
    public bool HasRoomFor(RecordBatch batch)
    {
        var expected = RecordBatchReader.RestoredBytesExpected(batch);
        if (memory is null || expected == 0)
        {
            return true;
        }

        if (!memory.TryTake(expected))
        {
            return false;
        }

        _held += expected;
        _expected = expected;
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="OutOfBytesException">The batch restores to more than there is room for.</exception>
    public ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax)
    {
        var before = _expected;
        _expected = 0;
        var target = new CountedBytes(memory, before, lengthMax);
        try
        {
            codecs.Decompress(type, compressed, lengthMax, target);
            return target.Settle();
        }
        finally
        {
            _held += target.HeldBytes - before;
        }
    }

    public ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records) =>
        codecs.Compress(type, records);

    /// <summary>Nothing restored is used any more.</summary>
    public void Release()
    {
        memory?.Return(_held);
        _held = 0;
        _expected = 0;
    }
}
