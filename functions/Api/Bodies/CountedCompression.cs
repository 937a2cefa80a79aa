using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Read;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// The codecs for one request, whose fetched batches and restored records count as its memory. Whoever uses it holds
/// the restored records of one batch at a time. Not safe for concurrent use.
/// </summary>
/// <param name="codecs">The codecs.</param>
/// <param name="memory">The request's share.</param>
internal sealed class CountedCompression(ICompression codecs, MemoryShare memory) : ICompression
{
    private long _held;
    private long _fetched;

    /// <summary>
    /// Makes room for what was fetched to be shown: it stays in memory until the client has taken it, which may be
    /// slow, whatever becomes of the cache that it came from.
    /// </summary>
    /// <param name="batches">What was fetched since the last release; restored one after the other.</param>
    /// <returns>Null when there is room.</returns>
    public Problem? AdmitFetched(IReadOnlyList<FetchedBatch> batches)
    {
        ReturnFetched();
        var bytes = batches.Sum(static part => (long)part.Batch.Length);
        if (memory.TryTake(bytes) is { } refused)
        {
            return refused;
        }

        _fetched = bytes;
        return Admit(batches.Select(static part => part.Batch));
    }

    /// <summary>
    /// Makes room for a batch before it is restored. This is where a request should be refused: in the middle of an
    /// answer a cut connection is the only way to do so.
    /// </summary>
    /// <param name="batches">Batches that are restored one after the other.</param>
    /// <returns>Null when there is room.</returns>
    public Problem? Admit(IEnumerable<RecordBatch> batches)
    {
        var expected = batches.Select(RecordBatchReader.RestoredBytesExpected).DefaultIfEmpty().Max();
        ReturnHeld();
        var refused = memory.TryTake(expected);
        _held = refused is null ? expected : 0;
        return refused;
    }

    /// <inheritdoc/>
    /// <exception cref="OutOfBytesException">The batch restores to more than there is room for.</exception>
    public ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> compressed, int lengthMax)
    {
        var target = new CountedBytes(memory.Bytes, _held, lengthMax);
        try
        {
            codecs.Decompress(type, compressed, lengthMax, target);
            return target.Settle();
        }
        finally
        {
            _held = target.HeldBytes;
        }
    }

    public ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlySpan<byte> records) =>
        codecs.Compress(type, records);

    /// <summary>Nothing fetched or restored is used any more.</summary>
    public void Release()
    {
        ReturnHeld();
        ReturnFetched();
    }

    private void ReturnFetched()
    {
        memory.Return(_fetched);
        _fetched = 0;
    }

    private void ReturnHeld()
    {
        memory.Return(_held);
        _held = 0;
    }
}
