using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.OldData;

/// <summary>Counts the reads of sealed segments; those of the active one, which opening a log takes, do not
/// count.</summary>
/// <param name="inner">The store.</param>
internal sealed class CountedSegments(ISegmentStore inner) : ISegmentStore
{
    /// <summary>The names of the sealed segments.</summary>
    public HashSet<SegmentName> Sealed { get; } = [];

    /// <summary>Their reads.</summary>
    public long Reads { get; private set; }

    /// <summary>The bytes that those gave.</summary>
    public long Bytes { get; private set; }

    /// <summary>Counts from 0 on.</summary>
    public void Reset() => (Reads, Bytes) = (0, 0);

    public async ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var read = await inner.ReadAsync(segment, position, destination, cancellationToken);
        if (Sealed.Contains(segment))
        {
            Reads++;
            Bytes += read.Count;
        }

        return read;
    }

    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.CreateAsync(segment, cancellationToken);

    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken) =>
        inner.AppendAsync(segment, position, block, cancellationToken);

    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        inner.StageAsync(segment, number, part, cancellationToken);

    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        inner.CommitAsync(segment, partCount, cancellationToken);

    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.GetLengthAsync(segment, cancellationToken);

    public IAsyncEnumerable<SegmentName> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken) =>
        inner.DeleteAsync(segment, cancellationToken);
}
