using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Finds the sealed carrier that holds some bytes of a segment, and where in it they lie.</summary>
internal sealed class SealedCarriers(
    SharedLogId log, SharedDirectory directory, SharedContext context)
{
    /// <summary>How many carriers are read at the same time for one segment.</summary>
    public const int CarriersAtOnce = 8;

    // How far to look one by one before halving what is left.
    private const int StepsNear = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, KnownCarrier> _known = [];
    private readonly List<int> _oldest = [];

    /// <summary>Finds the carriers that hold some bytes of a segment; what lies in one after the other is looked for at
    /// once.</summary>
    /// <param name="id">The segment's number; it exists.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="end">The byte behind the last one.</param>
    /// <param name="below">The number of the carrier that grows.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    /// <returns>The first byte's, and the next ones in order, at most <see cref="CarriersAtOnce"/>; empty when the first
    /// byte's is gone, with the segment.</returns>
    public async ValueTask<IReadOnlyList<(SegmentName Carrier, CarrierIndex Index)>> FindAsync(
        long id, long from, long end, int below, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, from, below, cancellationToken) is not { } first)
        {
            return [];
        }

        if (first.Index.Find(id, from, end) is [.., var last] && last.End >= end)
        {
            return [first];
        }

        var next = await ReadNextAsync(first.Carrier, below, cancellationToken);
        var found = await Task.WhenAll(next
            .Where(carrier => carrier.Segments.TryGetValue(id, out var segment) && segment.IsHere && segment.Start < end)
            .Select(carrier => IndexOfAsync(carrier, cancellationToken).AsTask()));
        return [first, .. found.OfType<(SegmentName, CarrierIndex)>()];
    }

    /// <summary>Forgets what is remembered of a carrier, if it is.</summary>
    public void Forget(KnownCarrier carrier)
    {
        lock (_lock)
        {
            var number = carrier.Row.CarrierNumber;
            if (_known.TryGetValue(number, out var known) && known == carrier)
            {
                _known.Remove(number);
                _oldest.Remove(number);
            }
        }
    }

    // Null when it is gone, with the segment.
    private async ValueTask<(SegmentName Carrier, CarrierIndex Index)?> FindAsync(
        long id, long position, int below, CancellationToken cancellationToken)
    {
        // Carriers without anything that counts are gone, so the numbers have holes.
        var (best, low, high) = FindNear(id, position, below);
        for (var step = 1; ; step = Math.Min(step * 2, 2 * StepsNear))
        {
            // Whoever reads on most times finds what comes next in the next one or two.
            if (best is not null && step <= StepsNear && await HoldsAsync(best, id, position, cancellationToken) is { } here)
            {
                return here;
            }

            if (low > high)
            {
                return best is null ? null : await IndexOfAsync(best, cancellationToken);
            }

            var probe = best is not null && step <= StepsNear ? Math.Min(low + step - 1, high) : low + ((high - low) / 2);
            var carrier = await ReadUpToAsync(probe, cancellationToken);
            if (carrier is null || carrier.Row.CarrierNumber < low
                || !carrier.Segments.TryGetValue(id, out var segment))
            {
                low = probe + 1;
            }
            else if (segment.Start <= position)
            {
                // The last one that began when the segment was no longer than that is looked for.
                (best, low) = (Keep(carrier), probe + 1);
            }
            else
            {
                high = carrier.Row.CarrierNumber - 1;
            }
        }
    }

    // What rows in memory tell: a carrier that does not begin behind the position, and where to look on.
    private (KnownCarrier? Best, int Low, int High) FindNear(long id, long position, int below)
    {
        var (best, low, high) = ((KnownCarrier?)null, 0, below - 1);
        lock (_lock)
        {
            foreach (var carrier in _known.Values)
            {
                if (!carrier.Segments.TryGetValue(id, out var segment))
                {
                    continue;
                }

                if (segment.Start > position)
                {
                    high = Math.Min(high, carrier.Row.CarrierNumber - 1);
                }
                else if (carrier.Row.CarrierNumber >= low)
                {
                    (best, low) = (carrier, carrier.Row.CarrierNumber + 1);
                }
            }
        }

        return (best, low, high);
    }

    private async ValueTask<(SegmentName Carrier, CarrierIndex Index)?> HoldsAsync(
        KnownCarrier carrier, long id, long position, CancellationToken cancellationToken) =>
        carrier.Segments[id].IsHere && await IndexOfAsync(carrier, cancellationToken) is { } found
            && found.Index.Find(id, position, position + 1).Length > 0
            ? found
            : null;

    private async ValueTask<KnownCarrier?> ReadUpToAsync(int number, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(number, out var known))
            {
                return known;
            }
        }

        if (await directory.FindUpToAsync(number, cancellationToken) is not { } row)
        {
            return null;
        }

        return Keep(new KnownCarrier(this, row));
    }

    // One query for the rows of all of them; those in memory are as good.
    private async ValueTask<IReadOnlyList<KnownCarrier>> ReadNextAsync(
        SegmentName carrier, int below, CancellationToken cancellationToken)
    {
        int number;
        lock (_lock)
        {
            number = _known.Values.FirstOrDefault(known => known.Row.Carrier == carrier.Value)?.Row.CarrierNumber ?? below;
        }

        var most = Math.Min(number + CarriersAtOnce - 1, below - 1);
        if (most <= number)
        {
            return [];
        }

        var next = Enumerable.Range(number + 1, most - number).Select(Peek).ToArray();
        return next.All(static known => known is not null)
            ? [.. next.OfType<KnownCarrier>()]
            : [.. (await directory.ListAsync(most + 1, number, cancellationToken))
                .OrderBy(static row => row.CarrierNumber)
                .Select(row => Keep(new KnownCarrier(this, row)))];
    }

    private KnownCarrier? Peek(int number)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(number);
        }
    }

    private KnownCarrier Keep(KnownCarrier carrier)
    {
        KnownCarrier? gone = null;
        lock (_lock)
        {
            if (_known.TryGetValue(carrier.Row.CarrierNumber, out var known))
            {
                return known;
            }

            if (_known.Count >= context.Tuning.RowsCachedMax && _known.Remove(_oldest[0], out gone))
            {
                _oldest.RemoveAt(0);
            }

            _known.Add(carrier.Row.CarrierNumber, carrier);
            _oldest.Add(carrier.Row.CarrierNumber);
        }

        if (gone is not null)
        {
            context.Carriers.Remove(gone);
        }

        context.Carriers.Use(carrier);
        return carrier;
    }

    private async ValueTask<(SegmentName Carrier, CarrierIndex Index)?> IndexOfAsync(
        KnownCarrier known, CancellationToken cancellationToken)
    {
        var (row, carrier, index) = (known.Row, new SegmentName(known.Row.Carrier), known.Index);
        if (index is null)
        {
            var bytes = new byte[row.SealLength];
            var read = await context.Blobs.ReadAsync(carrier, row.SealPosition, bytes, cancellationToken);
            if (!read.Exists)
            {
                return null;
            }

            if (read.Count < bytes.Length)
            {
                throw new CorruptDataException(
                    $"Carrier {carrier}, position {row.SealPosition}: expected a seal of {bytes.Length} bytes, found "
                    + $"{read.Count}.");
            }

            var seal = CarrierDecoder.Decode(log, carrier, row.SealPosition, bytes).Seal
                ?? throw new CorruptDataException($"Carrier {carrier}, position {row.SealPosition}: expected a seal.");
            known.Index = index = seal.Index;
        }

        context.Carriers.Use(known);
        return (carrier, index);
    }
}
