using System.Buffers;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>Records every append, commit and deletion that takes effect in a store that answers at once, as the simulated
/// one does.</summary>
/// <param name="inner">The store. An effect that its answer follows later would be recorded too late.</param>
/// <param name="history">Where to.</param>
/// <param name="clock">The service's, or null.</param>
public sealed class RecordedSegmentStore(ISegmentStore inner, History history, TimeProvider? clock = null)
    : ISegmentStore
{
    /// <summary>What shared logs carry; recorded like segments that have blobs of their own.</summary>
    public CarriedSegments Carried { get; } = new();

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.CreateAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        var outcome = await inner.AppendAsync(segment, position, block, cancellationToken);
        if (outcome != SegmentAppend.Appended)
        {
            return outcome;
        }

        if (CarriedSegments.IsCarrier(segment.Value))
        {
            Carried.Add(
                segment,
                block.ToArray(),
                (carried, end) => history.Appended(new SegmentName(carried), end),
                RecordDeletion);
        }
        else
        {
            history.Appended(segment, position + block.Length);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        inner.StageAsync(segment, number, part, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> CommitAsync(
        SegmentName segment, int partCount, CancellationToken cancellationToken)
    {
        var committed = await inner.CommitAsync(segment, partCount, cancellationToken);
        if (committed && await inner.GetLengthAsync(segment, cancellationToken) is { } length)
        {
            history.Appended(segment, length);
        }

        return committed;
    }

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.ReadAsync(segment, position, destination, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<SegmentName> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        var bytes = await inner.GetLengthAsync(segment, cancellationToken) is { } length ? new byte[length] : null;
        if (bytes?.Length > 0)
        {
            await inner.ReadAsync(segment, 0, bytes, cancellationToken);
        }

        await inner.DeleteAsync(segment, cancellationToken);
        if (CarriedSegments.IsCarrier(segment.Value))
        {
            Carried.Delete(segment, RecordDeletion);
        }
        else if (bytes is not null)
        {
            RecordDeletion(segment.Value, bytes);
        }
    }

    private void RecordDeletion(string segment, byte[] bytes) => history.Deleted(
        new SegmentName(segment), bytes, clock?.GetUtcNow().ToUnixTimeMilliseconds() ?? 0);
}
