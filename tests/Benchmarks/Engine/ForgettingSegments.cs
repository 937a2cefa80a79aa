using System.Buffers;
using System.Collections.Concurrent;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Engine;

/// <summary>Takes every append at the right position and forgets its bytes; reads find nothing.</summary>
internal sealed class ForgettingSegments : ISegmentStore
{
    private readonly ConcurrentDictionary<SegmentName, long> _lengths = new();

    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_lengths.TryAdd(segment, 0));

    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            !_lengths.ContainsKey(segment) ? SegmentAppend.Gone
            : _lengths.TryUpdate(segment, position + block.Length, position) ? SegmentAppend.Appended
            : SegmentAppend.PositionTaken);

    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_lengths.ContainsKey(segment) ? new SegmentRead(Exists: true, 0) : SegmentRead.Gone);

    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_lengths.TryGetValue(segment, out var length) ? length : (long?)null);

    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nothing is written as a whole here.");

    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nothing is written as a whole here.");

    public IAsyncEnumerable<SegmentName> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _lengths.Keys.ToArray().ToAsyncEnumerable();

    public ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        _lengths.TryRemove(segment, out _);
        return ValueTask.CompletedTask;
    }
}
