using System.Buffers;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Deletes carriers that hold nothing that counts any more. Any node may, at any time; what is done twice is
/// done once.</summary>
/// <remarks>
/// Bytes first, the row after: a crash in between leaves a row whose bytes are gone, and deleting them again does
/// nothing. The carrier that the head row names stays, because the shared log is opened from its seal; where it, or the one
/// that grows, holds what counts no more, the next one is begun first, so that nothing stays because nobody writes.
/// </remarks>
internal sealed class CarrierSweep(
    SharedView view, SharedTail tail, SharedDirectory directory, SharedWriter writer, SharedContext context)
{
    /// <summary>Looks at all sealed carriers, the newest first.</summary>
    /// <param name="goesOn">Whether to go on with the next one.</param>
    /// <param name="cancellationToken">Abandons the work between two carriers.</param>
    /// <returns>How many went, and their bytes.</returns>
    public async ValueTask<(int Carriers, long Bytes)> RunAsync(
        Func<bool> goesOn, CancellationToken cancellationToken)
    {
        // The head before the look: of what was sealed behind it the state below may know nothing.
        var head = await directory.ReadHeadAsync(cancellationToken);
        if (head is null or { Deleted: true } || !await tail.RefreshAsync(create: false, cancellationToken))
        {
            return (0, 0);
        }

        // The first round seals the carrier that grows, the second one lets the head row leave it.
        for (var round = 0; round < 2 && await HoldsGarbageAsync(head, cancellationToken); round++)
        {
            await writer.WriteAsync(new SharedWrite(
                SharedWriteKind.Seal, default, view.State!.CarrierNumber, ReadOnlySequence<byte>.Empty));
            head = await directory.ReadHeadAsync(cancellationToken);
            if (head is null or { Deleted: true } || !await tail.RefreshAsync(create: false, cancellationToken))
            {
                return (0, 0);
            }
        }

        var state = view.State!;
        var below = Math.Min(head.CarrierNumber, state.CarrierNumber);
        var (count, bytes) = (0, 0L);
        for (var more = true; more;)
        {
            var (rows, areMore) = await directory.ListAsync(below, cancellationToken);
            foreach (var row in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!goesOn())
                {
                    return (count, bytes);
                }

                if (!row.ReadSegments().Any(one => one.Value.IsHere && state.Segments.ContainsKey(one.Key)))
                {
                    await context.Blobs.DeleteAsync(new SegmentName(row.Carrier), cancellationToken);
                    await directory.ForgetAsync(row.CarrierNumber, cancellationToken);
                    (count, bytes) = (count + 1, bytes + row.Bytes);
                }
            }

            more = areMore && rows.Count > 0;
            below = rows.Count > 0 ? rows[^1].CarrierNumber : 0;
        }

        return (count, bytes);
    }

    // Whether the carrier that grows, or the last sealed one, holds bytes of segments that are no more.
    private async ValueTask<bool> HoldsGarbageAsync(SharedHeadRow head, CancellationToken cancellationToken)
    {
        var live = view.State!.Segments;
        return view.Active.Index.Ids.Any(id => !live.ContainsKey(id))
            || (await directory.FindUpToAsync(head.CarrierNumber, cancellationToken) is { } last
                && last.CarrierNumber == head.CarrierNumber
                && last.ReadSegments().Any(one => one.Value.IsHere && !live.ContainsKey(one.Key)));
    }
}
