using System.Buffers;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>The segment store as one node reaches it. What goes over the wire is copied.</summary>
/// <param name="store">The store at the other end, which answers at once.</param>
/// <param name="wire">The way there.</param>
internal sealed class RemoteSegmentStore(ISegmentStore store, StorageWire wire) : ISegmentStore
{
    // Listing has no deadline of the node's: every adapter has one of its own.
    private static readonly TimeSpan ListTimeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) => wire.CallAsync(
        new StorageCall(StorageOperation.CreateSegment, segment.Value),
        new StorageMessage<bool>(_ => store.CreateAsync(segment, CancellationToken.None)),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckAppend(segment, position, block);
        var copy = new ReadOnlySequence<byte>(block.ToArray());
        return wire.CallAsync(
            new StorageCall(StorageOperation.Append, segment.Value, position),
            new StorageMessage<SegmentAppend>(
                _ => store.AppendAsync(segment, position, copy, CancellationToken.None)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckStage(segment, number, part);
        var copy = new ReadOnlySequence<byte>(part.ToArray());
        await wire.CallAsync(
            new StorageCall(StorageOperation.StagePart, segment.Value, number),
            new StorageMessage<bool>(async _ =>
            {
                await store.StageAsync(segment, number, copy, CancellationToken.None);
                return true;
            }),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CommitAsync(
        SegmentName segment, int partCount, CancellationToken cancellationToken)
    {
        var answer = await wire.CallAsync(
            new StorageCall(StorageOperation.CommitSegment, segment.Value, partCount),
            new StorageMessage<bool?>(_ => CommitThereAsync(segment, partCount)),
            cancellationToken);
        return answer ?? throw new StagedPartsMissingException(segment, partCount);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        wire.CallAsync(
        new StorageCall(StorageOperation.ReadSegment, segment.Value, position),
        new StorageMessage<SegmentRead>(message => message.Answer.Task.IsCompleted
            // The caller lends its memory only while it waits.
            ? ValueTask.FromResult(SegmentRead.Gone)
            : store.ReadAsync(segment, position, destination, CancellationToken.None)),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) => wire.CallAsync(
        new StorageCall(StorageOperation.GetLength, segment.Value),
        new StorageMessage<long?>(_ => store.GetLengthAsync(segment, CancellationToken.None)),
        cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var message = new StorageMessage<List<SegmentName>>(async _ =>
        {
            var found = new List<SegmentName>();
            await foreach (var name in store.ListAsync(prefix, CancellationToken.None))
            {
                found.Add(name);
            }

            return found;
        });
        wire.GiveUpAfter(ListTimeout, message);
        foreach (var name in await wire.CallAsync(
            new StorageCall(StorageOperation.ListSegments, prefix), message, cancellationToken))
        {
            yield return name;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken) =>
        await wire.CallAsync(
            new StorageCall(StorageOperation.DeleteSegment, segment.Value),
            new StorageMessage<bool>(async _ =>
            {
                await store.DeleteAsync(segment, CancellationToken.None);
                return true;
            }),
            cancellationToken);

    // That parts are missing is an answer like any other, and travels as one: null.
    private async ValueTask<bool?> CommitThereAsync(SegmentName segment, int partCount)
    {
        try
        {
            return await store.CommitAsync(segment, partCount, CancellationToken.None);
        }
        catch (StagedPartsMissingException)
        {
            return null;
        }
    }
}
