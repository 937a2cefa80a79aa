using System.Collections.Immutable;

namespace Serverless.StorageEngine.Producers;

/// <summary>
/// What a partition remembers of keyed requests: their last <see cref="ProducerLimits.RequestRunsMax"/> runs of
/// records. Immutable; follows from the blocks alone, so that every node that folds the same blocks remembers the same.
/// </summary>
internal sealed class RequestWindow : IEquatable<RequestWindow>
{
    private readonly ImmutableSortedSet<RequestRun> _byRequest;
    private readonly ImmutableSortedSet<RequestRun> _byEndOffset;
    private readonly ProducerLimits _limits;

    private RequestWindow(
        ImmutableSortedSet<RequestRun> byRequest,
        ImmutableSortedSet<RequestRun> byEndOffset,
        ProducerLimits limits) => (_byRequest, _byEndOffset, _limits) = (byRequest, byEndOffset, limits);

    /// <summary>No requests.</summary>
    public static RequestWindow Empty { get; } = new(
        ImmutableSortedSet.Create(RequestRun.ByRequest),
        ImmutableSortedSet.Create(RequestRun.ByEndOffset),
        ProducerLimits.Default);

    /// <summary>How many runs are remembered, expired ones included.</summary>
    public int Count => _byEndOffset.Count;

    /// <summary>All of them, the oldest first.</summary>
    public IEnumerable<RequestRun> All => _byEndOffset;

    /// <summary>The window that <see cref="All"/> of another one gave.</summary>
    public static RequestWindow Of(IReadOnlyCollection<RequestRun> runs) => new(
        ImmutableSortedSet.CreateRange(RequestRun.ByRequest, runs),
        ImmutableSortedSet.CreateRange(RequestRun.ByEndOffset, runs),
        ProducerLimits.Default);

    /// <summary>The same runs, from here on under other limits.</summary>
    public RequestWindow Under(ProducerLimits limits) => new(_byRequest, _byEndOffset, limits);

    /// <summary>Judges a batch of a request. Ordinals may be missing before it: what failed is not in the log.</summary>
    /// <param name="request">The request.</param>
    /// <param name="firstOrdinal">The ordinal of the batch's first record.</param>
    /// <param name="count">How many records it has.</param>
    /// <param name="time">The log's time.</param>
    public SequenceVerdict Judge(Bits128 request, int firstOrdinal, int count, long time)
    {
        if (IsReused(request, time))
        {
            return SequenceVerdict.Reused.Instance;
        }

        // Mostly the first one decides; expired ones are passed over.
        for (var place = Math.Max(0, PlaceUpTo(request, firstOrdinal)); place < _byRequest.Count; place++)
        {
            var run = _byRequest[place];
            var isBehind = run.Request == request
                ? run.FirstOrdinal >= (long)firstOrdinal + count
                : run.Request > request;
            if (isBehind)
            {
                break;
            }

            if (run.Request == request && run.EndOrdinal > firstOrdinal && !IsExpired(run, time))
            {
                return Judge(run, firstOrdinal, count);
            }
        }

        return SequenceVerdict.Next.Instance;
    }

    /// <summary>The window behind a batch that is in the log.</summary>
    /// <param name="batch">The batch, as a run of its own.</param>
    public RequestWindow With(RequestRun batch)
    {
        var (byRequest, byEndOffset, run) = (_byRequest, _byEndOffset, batch);
        var place = PlaceUpTo(batch.Request, batch.FirstOrdinal);
        if (place >= 0
            && _byRequest[place] is var before
            && before.IsContinuedBy(batch)
            && !IsExpired(before, batch.LastTime))
        {
            (byRequest, byEndOffset) = (byRequest.Remove(before), byEndOffset.Remove(before));
            run = before with { RecordCount = before.RecordCount + batch.RecordCount, LastTime = batch.LastTime };
        }
        else if (byRequest.TryGetValue(batch, out var same))
        {
            // It had expired, or the batch would not have been stored.
            (byRequest, byEndOffset) = (byRequest.Remove(same), byEndOffset.Remove(same));
        }

        if (byEndOffset.Count >= _limits.RequestRunsMax)
        {
            var oldest = byEndOffset.Min;
            (byRequest, byEndOffset) = (byRequest.Remove(oldest), byEndOffset.Remove(oldest));
        }

        return new RequestWindow(byRequest.Add(run), byEndOffset.Add(run), _limits);
    }

    /// <summary>The window without the expired runs.</summary>
    /// <param name="time">The log's time.</param>
    public RequestWindow WithoutExpired(long time)
    {
        // The log's time never falls, so runs expire in the order in which they lie in the log.
        var expired = _byEndOffset.TakeWhile(run => IsExpired(run, time)).ToArray();
        return expired.Length == 0
            ? this
            : new RequestWindow(_byRequest.Except(expired), _byEndOffset.Except(expired), _limits);
    }

    /// <inheritdoc/>
    public bool Equals(RequestWindow? other) =>
        other is not null
        && (ReferenceEquals(_byEndOffset, other._byEndOffset) || _byEndOffset.SequenceEqual(other._byEndOffset));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RequestWindow);

    /// <inheritdoc/>
    public override int GetHashCode() => _byEndOffset.Count;

    // Requests with one key and other fingerprints would stand beside this one.
    private bool IsReused(Bits128 request, long time)
    {
        // Expired ones are passed over: a living one may stand behind them.
        var (before, behind) = (PlaceUpTo(request, -1), PlaceUpTo(request, int.MaxValue) + 1);
        for (; HasKeyOf(before); before--)
        {
            if (!IsExpired(_byRequest[before], time))
            {
                return true;
            }
        }

        for (; HasKeyOf(behind); behind++)
        {
            if (!IsExpired(_byRequest[behind], time))
            {
                return true;
            }
        }

        return false;

        bool HasKeyOf(int place) =>
            place >= 0 && place < _byRequest.Count
            && RequestRun.WithoutFingerprint(_byRequest[place].Request) == RequestRun.WithoutFingerprint(request);
    }

    // The run holds records at or behind the ordinal, and begins before the batch ends.
    private static SequenceVerdict Judge(RequestRun run, int firstOrdinal, int count)
    {
        if (run.FirstOrdinal > firstOrdinal)
        {
            return new SequenceVerdict.Split(run.FirstOrdinal - firstOrdinal);
        }

        var together = run.EndOrdinal - firstOrdinal;
        return together < count
            ? new SequenceVerdict.Split((int)together)
            : new SequenceVerdict.Duplicate(run.BaseOffset + (firstOrdinal - run.FirstOrdinal), run.AppendTime);
    }

    private bool IsExpired(RequestRun run, long time) => _limits.IsExpired(run.LastTime, time);

    // Where the last run stands that begins at or before an ordinal of a request, or before the request; -1 if none.
    private int PlaceUpTo(Bits128 request, int ordinal)
    {
        var place = _byRequest.IndexOf(new RequestRun(request, ordinal, 0, 0, 0, 0));
        return place >= 0 ? place : ~place - 1;
    }
}
