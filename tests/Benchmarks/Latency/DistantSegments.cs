using System.Buffers;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Latency;

/// <summary>A segment store at the end of a wire: a call takes effect after half of its time and is answered after the
/// other half.</summary>
/// <param name="inner">The store, which answers at once.</param>
/// <param name="model">How long calls take.</param>
/// <param name="throttle">What one blob takes in a second; one for all nodes.</param>
/// <param name="clock">What the service counts seconds by.</param>
/// <param name="waitAsync">Lets time pass; to the tick, since a delay of the base library rounds to milliseconds.</param>
/// <param name="random">Draws each call; for one thread.</param>
internal sealed class DistantSegments(
    ISegmentStore inner,
    LatencyModel model,
    BlobThrottle throttle,
    TimeProvider clock,
    Func<TimeSpan, Task> waitAsync,
    Random random) : ISegmentStore
{
    /// <summary>Appends that were made, whatever became of them: each is paid for.</summary>
    public long Appends { get; private set; }

    /// <summary>Appends that stored their block.</summary>
    public long Stored { get; private set; }

    /// <summary>Range reads.</summary>
    public long Reads { get; private set; }

    /// <summary>Bytes of the blocks that were stored.</summary>
    public long BytesStored { get; private set; }

    /// <summary>Counts from 0 on.</summary>
    public void Reset() => (Appends, Stored, Reads, BytesStored) = (0, 0, 0, 0);

    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        CallAsync(model.Append(random), () => inner.CreateAsync(segment, cancellationToken));

    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        Appends++;
        return CallAsync(model.Append(random), async () =>
        {
            if (!throttle.TryTake(segment, clock.GetUtcNow()))
            {
                throw new StorageUnavailableException("503 ServerBusy", retryAfter: TimeSpan.FromSeconds(1));
            }

            var outcome = await inner.AppendAsync(segment, position, block, cancellationToken);
            Stored += outcome == SegmentAppend.Appended ? 1 : 0;
            BytesStored += outcome == SegmentAppend.Appended ? block.Length : 0;
            return outcome;
        });
    }

    public async ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        var half = model.Append(random) / 2;
        await waitAsync(half);
        await inner.StageAsync(segment, number, part, cancellationToken);
        await waitAsync(half);
    }

    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        CallAsync(model.Append(random), () => inner.CommitAsync(segment, partCount, cancellationToken));

    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Reads++;
        return CallAsync(
            model.Read(random), () => inner.ReadAsync(segment, position, destination, cancellationToken));
    }

    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        CallAsync(model.Read(random), () => inner.GetLengthAsync(segment, cancellationToken));

    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await waitAsync(model.Read(random));
        await foreach (var name in inner.ListAsync(prefix, cancellationToken))
        {
            yield return name;
        }
    }

    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        await waitAsync(model.Read(random));
        await inner.DeleteAsync(segment, cancellationToken);
    }

    // No call is given up: the longest that the model draws in a run is far below the engine's limit of 5 s.
    private async ValueTask<T> CallAsync<T>(TimeSpan took, Func<ValueTask<T>> effect)
    {
        await waitAsync(took / 2);
        var answer = await effect();
        await waitAsync(took / 2);
        return answer;
    }
}
