using System.Buffers;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Reads segments out of the carriers.</summary>
internal sealed class SharedReader(
    SharedView view, SharedTail tail, SealedCarriers carriers, SharedContext context)
{
    /// <inheritdoc cref="ISegmentStore.ReadAsync"/>
    public async ValueTask<SegmentRead> ReadAsync(
        SegmentName name, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var readsBegun = tail.ReadsBegun;
        var segment = view.State?.Find(name);
        if (segment is null || position + destination.Length > segment.Length)
        {
            segment = await tail.RefreshAsync(readsBegun, create: false, cancellationToken)
                ? view.State!.Find(name)
                : null;
        }

        if (segment is null)
        {
            return SegmentRead.Gone;
        }

        var end = Math.Min(segment.Length, position + destination.Length);
        for (var from = position; from < end;)
        {
            var target = destination[(int)(from - position)..];
            var count = await ReadSomeAsync(segment.Id, from, end, target, cancellationToken);
            if (count == 0)
            {
                // What a carrier held goes only with its segments.
                return await tail.RefreshAsync(create: false, cancellationToken) && view.State!.Find(name) is not null
                    ? throw new CorruptDataException($"Segment {name}: no carrier holds its byte {from}.")
                    : SegmentRead.Gone;
            }

            from += count;
        }

        return new SegmentRead(Exists: true, (int)Math.Max(0, end - position));
    }

    // At least one byte, unless it is gone.
    private async ValueTask<int> ReadSomeAsync(
        long id, long from, long end, Memory<byte> target, CancellationToken cancellationToken)
    {
        var (carrier, index) = view.Active;
        if (index.Find(id, from, end) is { Length: > 0 } extents)
        {
            return await ReadCarrierAsync(carrier, extents, from, end, target, cancellationToken);
        }

        // A segment of one partition among many lies in many carriers, a little in each.
        var found = await carriers.FindAsync(id, from, end, view.State!.CarrierNumber, cancellationToken);
        var reads = new List<Task<int>>();
        var at = from;
        foreach (var (next, where) in found)
        {
            extents = where.Find(id, at, end);
            if (extents.Length == 0)
            {
                break;
            }

            var (begin, stop) = (at, Math.Min(end, extents[^1].End));
            reads.Add(ReadWholeAsync(
                next, extents, begin, stop, target.Slice((int)(begin - from), (int)(stop - begin)), cancellationToken));
            at = stop;
        }

        // What lies behind a carrier that is gone counts no more than what lay in it.
        return (await Task.WhenAll(reads)).TakeWhile(static read => read > 0).Sum();
    }

    // All of a range that lies in one carrier; 0 when it is gone.
    private async Task<int> ReadWholeAsync(
        SegmentName carrier,
        Extent[] extents,
        long from,
        long end,
        Memory<byte> target,
        CancellationToken cancellationToken)
    {
        for (var at = from; at < end;)
        {
            var left = Array.FindAll(extents, extent => extent.End > at);
            var count = await ReadCarrierAsync(
                carrier, left, at, end, target[(int)(at - from)..], cancellationToken);
            if (count == 0)
            {
                return 0;
            }

            at += count;
        }

        return (int)(end - from);
    }

    private async ValueTask<int> ReadCarrierAsync(
        SegmentName carrier,
        Extent[] extents,
        long from,
        long end,
        Memory<byte> target,
        CancellationToken cancellationToken) =>
        CopyFromMemory(extents, from, end, target) is > 0 and var copied
            ? copied
            : await ReadAsync(carrier, extents, from, end, target, cancellationToken);

    private static int CopyFromMemory(Extent[] extents, long from, long end, Memory<byte> target)
    {
        var at = from;
        foreach (var extent in extents)
        {
            var bytes = extent.Bytes;
            if (bytes.IsEmpty)
            {
                break;
            }

            var some = bytes[(int)(at - extent.Position)..(int)(Math.Min(end, extent.End) - extent.Position)];
            some.CopyTo(target[(int)(at - from)..]);
            at += some.Length;
        }

        return (int)(at - from);
    }

    // One read for as many extents as lie near each other: bytes between them cost nothing, reads do.
    private async ValueTask<int> ReadAsync(
        SegmentName carrier,
        Extent[] extents,
        long from,
        long end,
        Memory<byte> target,
        CancellationToken cancellationToken)
    {
        var first = extents[0].At + (from - extents[0].Position);
        var count = 1 + extents.Skip(1).TakeWhile(extent =>
            extent.At + extent.Length - first <= context.Tuning.ReadBytesMax && extent.Bytes.IsEmpty).Count();
        var last = extents[count - 1];
        var length = (int)(last.At + (Math.Min(end, last.End) - last.Position) - first);
        if (count == 1)
        {
            return await FillAsync(carrier, first, target[..length], cancellationToken) ? length : 0;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (!await FillAsync(carrier, first, buffer.AsMemory(0, length), cancellationToken))
            {
                return 0;
            }

            var at = from;
            foreach (var extent in extents.Take(count))
            {
                var some = (int)(Math.Min(end, extent.End) - at);
                var place = (int)(extent.At + (at - extent.Position) - first);
                buffer.AsMemory(place, some).CopyTo(target[(int)(at - from)..]);
                at += some;
            }

            return (int)(at - from);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // False when the carrier is gone.
    private async ValueTask<bool> FillAsync(
        SegmentName carrier, long position, Memory<byte> target, CancellationToken cancellationToken)
    {
        var read = await context.Blobs.ReadAsync(carrier, position, target, cancellationToken);
        return !read.Exists || read.Count == target.Length
            ? read.Exists
            : throw new CorruptDataException(
                $"Carrier {carrier}, position {position}: expected {target.Length} bytes, found {read.Count}.");
    }
}
