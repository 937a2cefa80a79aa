using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>A segment store that does what another one does, but for what is set.</summary>
/// <param name="inner">The store that works.</param>
internal sealed class BrokenSegments(ISegmentStore inner) : ISegmentStore
{
    public Func<SegmentName, long, byte[], ValueTask<SegmentAppend>>? Append { get; init; }

    public Func<SegmentName, long, Memory<byte>, ValueTask<SegmentRead>>? Read { get; init; }

    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.CreateAsync(segment, cancellationToken);

    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken) =>
        Append?.Invoke(segment, position, block.ToArray())
        ?? inner.AppendAsync(segment, position, block, cancellationToken);

    /// <summary>What is staged instead of a part.</summary>
    public Func<byte[], byte[]>? Stage { get; init; }

    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        inner.StageAsync(
            segment,
            number,
            Stage is null ? part : new ReadOnlySequence<byte>(Stage(part.ToArray())),
            cancellationToken);

    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        inner.CommitAsync(segment, partCount, cancellationToken);

    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        Read?.Invoke(segment, position, destination)
        ?? inner.ReadAsync(segment, position, destination, cancellationToken);

    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(segment, cancellationToken);

    public IAsyncEnumerable<SegmentName> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.DeleteAsync(segment, cancellationToken);
}
