using System.Buffers;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Storage;

/// <summary>
/// A segment store in which no call takes for ever, none is made while the service is silent, and every paid operation
/// is counted. One for all users of a node, since it learns from each call whether the service answers.
/// </summary>
public sealed class BoundedSegmentStore : ISegmentStore
{
    // Never created: the answer that it is not there is an answer.
    private static readonly SegmentName Probed = new("health");

    private readonly ISegmentStore _store;
    private readonly StorageCalls _calls;
    private readonly StorageDeadline _deadline;

    /// <summary>Touches no storage.</summary>
    /// <param name="store">The adapter.</param>
    /// <param name="meters">Counts the operations; owned by the caller.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="account">The account's name for messages, where there are several.</param>
    public BoundedSegmentStore(ISegmentStore store, EngineMeters meters, TimeProvider time, string account = "")
    {
        (_store, _calls) = (store, new StorageCalls(meters, time));
        var what = account.Length == 0 ? "The store of segments" : $"The store of segments in account '{account}'";
        _deadline = new StorageDeadline(new StorageWatch(what, ProbeAsync, time), time);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        WriteAsync("segment.create", segment, token => _store.CreateAsync(segment, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken) =>
        WriteAsync(
            "segment.append",
            segment,
            token => _store.AppendAsync(segment, position, block, token),
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        await WriteAsync("segment.stage", segment, StageAsync, cancellationToken);

        async ValueTask<bool> StageAsync(CancellationToken token)
        {
            await _store.StageAsync(segment, number, part, token);
            return true;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        WriteAsync(
            "segment.commit", segment, token => _store.CommitAsync(segment, partCount, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        ReadAsync(
            "segment.read",
            segment.Value,
            token => _store.ReadAsync(segment, position, destination, token),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        ReadAsync("segment.length", segment.Value, token => _store.GetLengthAsync(segment, token), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A listing goes on as long as its reader reads; each step to the next name has the limit of a read.
        _calls.CountListing(prefix);
        using var step = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var names = _store.ListAsync(prefix, step.Token).GetAsyncEnumerator(step.Token);
        while (await _deadline.ReadAsync(prefix, MoveNextAsync, cancellationToken))
        {
            yield return names.Current;
        }

        async ValueTask<bool> MoveNextAsync(CancellationToken limit)
        {
            await using var late = limit.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), step);
            return await names.MoveNextAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        await WriteAsync("segment.delete", segment, DeleteAsync, cancellationToken);

        async ValueTask<bool> DeleteAsync(CancellationToken token)
        {
            await _store.DeleteAsync(segment, token);
            return true;
        }
    }

    private async ValueTask ProbeAsync(CancellationToken cancellationToken) => await _calls.MakeAsync(
        "segment.length", Probed.Value, token => _store.GetLengthAsync(Probed, token), cancellationToken);

    private ValueTask<T> ReadAsync<T>(
        string operation, string target, Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken) =>
        _deadline.ReadAsync(target, token => _calls.MakeAsync(operation, target, call, token), cancellationToken);

    private ValueTask<T> WriteAsync<T>(
        string operation,
        SegmentName segment,
        Func<CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken) =>
        _deadline.WriteAsync(
            segment.Value, token => _calls.MakeAsync(operation, segment.Value, call, token), cancellationToken);
}
