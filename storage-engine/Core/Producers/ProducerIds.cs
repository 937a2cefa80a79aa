using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Producers;

/// <summary>Hands out producer ids and epochs: no pair of them twice, on whichever node.</summary>
/// <remarks>
/// A row holds the next id, and nodes take ids from it in blocks (KIP-730). Whatever is taken and not handed out, because
/// a node died or an answer was lost, is skipped: ids are many. Every method may throw
/// <see cref="StorageUnavailableException"/>, when nothing was handed out, and <see cref="CorruptDataException"/>.
/// </remarks>
/// <param name="tables">Where the rows lie.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness; safe for several threads at once.</param>
public sealed class ProducerIds(ITableStore tables, TimeProvider time, Random random)
{
    /// <summary>How many ids a node takes at once.</summary>
    public const int BlockSize = 1_000;

    /// <summary>How often a lost race or an unknown outcome is tried again, before the caller is told.</summary>
    public const int AttemptsMax = 16;

    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromMilliseconds(250);

    private readonly Gate _taking = new();
    private readonly Lock _lock = new();
    private long _next;
    private long _end;

    /// <summary>An id that nobody had before, with epoch 0.</summary>
    /// <param name="cancellationToken">Abandons the wait; the id is then nobody's.</param>
    public async ValueTask<ProducerIdentity> AllocateAsync(CancellationToken cancellationToken)
    {
        if (TryTakeOne() is { } known)
        {
            return known;
        }

        // One taker for all who wait, or each would take a block of its own.
        await _taking.EnterAsync(cancellationToken);
        try
        {
            while (true)
            {
                if (TryTakeOne() is { } taken)
                {
                    return taken;
                }

                await TakeBlockAsync(cancellationToken);
            }
        }
        finally
        {
            _taking.Leave();
        }
    }

    /// <summary>
    /// The next identity of a producer that comes back under its name, like Kafka's <c>transactional.id</c>: the same id
    /// with the next epoch, so that what is left of its earlier lives is refused wherever this one has appended. When
    /// the epochs are used up it is a new id, which refuses nobody.
    /// </summary>
    /// <param name="name">The producer's name.</param>
    /// <param name="cancellationToken">Abandons the wait; an epoch may be used up nevertheless.</param>
    public async ValueTask<ProducerIdentity> InitializeAsync(ProducerName name, CancellationToken cancellationToken)
    {
        var key = ProducerRows.Named(name);
        return await ChangeAsync(
            key,
            async row =>
            {
                var next = row is not null && ProducerRows.Decode(row) is { Epoch: < ProducerIdentity.EpochMax } last
                    ? last with { Epoch = (short)(last.Epoch + 1) }
                    : await AllocateAsync(cancellationToken);
                return (next, ProducerRows.Encode(next));
            },
            cancellationToken);
    }

    private ProducerIdentity? TryTakeOne()
    {
        lock (_lock)
        {
            return _next < _end ? new ProducerIdentity(_next++, Epoch: 0) : null;
        }
    }

    private async ValueTask TakeBlockAsync(CancellationToken cancellationToken)
    {
        var first = await ChangeAsync(
            ProducerRows.Ids,
            static row =>
            {
                var next = row is null ? 0 : ProducerRows.DecodeNext(row);
                return ValueTask.FromResult((next, ProducerRows.EncodeNext(checked(next + BlockSize))));
            },
            cancellationToken);
        lock (_lock)
        {
            (_next, _end) = (first, first + BlockSize);
        }
    }

    // Only a change that is certainly this call's own counts. One in doubt is left behind: the row is read again and
    // changed once more, so that what the first change took is nobody's.
    private async ValueTask<T> ChangeAsync<T>(
        string key,
        Func<TableRow?, ValueTask<(T Result, byte[] Content)>> decide,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (attempt > 0)
            {
                await Waits.DelayAsync(RetryDelayMax * random.NextDouble(), time, cancellationToken);
            }

            var row = await tables.GetAsync(key, key, cancellationToken);
            var (result, content) = await decide(row);
            RowChange change = row is null
                ? new RowChange.Insert(key, content)
                : new RowChange.Replace(key, content, row.Version);
            try
            {
                if (await tables.ExecuteAsync(key, [change], cancellationToken) is TableTransaction.Committed)
                {
                    return result;
                }
            }
            catch (StorageOutcomeUnknownException)
            {
                // Reading decides, in the next round.
            }
        }

        throw new StorageUnavailableException($"Row '{key}' could not be changed in {AttemptsMax} attempts.");
    }
}
