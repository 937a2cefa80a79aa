using System.Buffers;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Storage;

/// <summary>A segment store in which no call takes for ever and every paid operation is counted.</summary>
/// <param name="store">The adapter.</param>
/// <param name="meters">Counts the operations; owned by the caller.</param>
/// <param name="time">The only clock.</param>
public sealed class BoundedSegmentStore(ISegmentStore store, EngineMeters meters, TimeProvider time) : ISegmentStore
{
    private readonly StorageDeadline _deadline = new(time);

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        meters.CountStorage("segment.create");
        return _deadline.WriteAsync(segment.Value, token => store.CreateAsync(segment, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        meters.CountStorage("segment.append");
        return _deadline.WriteAsync(
            segment.Value, token => store.AppendAsync(segment, position, block, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        meters.CountStorage("segment.read");
        return _deadline.ReadAsync(
            segment.Value, token => store.ReadAsync(segment, position, destination, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        meters.CountStorage("segment.length");
        return _deadline.ReadAsync(segment.Value, token => store.GetLengthAsync(segment, token), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SegmentName> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        // A listing pages on as long as its reader reads; its pages are bounded by the adapter.
        meters.CountStorage("segment.list");
        return store.ListAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        meters.CountStorage("segment.delete");
        await _deadline.WriteAsync(segment.Value, DeleteAsync, cancellationToken);

        async ValueTask<bool> DeleteAsync(CancellationToken token)
        {
            await store.DeleteAsync(segment, token);
            return true;
        }
    }
}
