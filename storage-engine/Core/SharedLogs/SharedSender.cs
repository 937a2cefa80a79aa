using System.Buffers;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Stores one block at one position of a carrier and finds out what became of it; used by one writer at a
/// time.</summary>
/// <remarks>As a partition's own log does it: an outcome that storage does not tell is read back.</remarks>
internal sealed class SharedSender(SharedView view, SharedTail tail, SharedContext context)
{
    /// <summary>Appends a block to the carrier that it was built for.</summary>
    /// <returns>What certainly happened, or that this could not be found out in time.</returns>
    public async ValueTask<SendOutcome> SendAsync(
        SegmentName carrier, CarrierBlock block, ReadOnlySequence<byte> bytes)
    {
        view.Await(block.Nonce);
        var (started, mayBeStored) = (context.Time.GetTimestamp(), false);
        for (var attempt = 0; ; attempt++)
        {
            var attempted = await TryAppendAsync(carrier, block.Position, bytes);
            if (attempted == SendOutcome.Stored)
            {
                view.Apply(block);
                return SendOutcome.Stored;
            }

            mayBeStored |= attempted == SendOutcome.Unknown;
            if ((mayBeStored || attempted != SendOutcome.Unavailable)
                && await LookAsync(mayBeStored) is { } exists)
            {
                if (!exists)
                {
                    return mayBeStored ? SendOutcome.Unknown : SendOutcome.Gone;
                }

                if (Judge(carrier, block.Position, mayBeStored) is { } outcome)
                {
                    return outcome;
                }

                if (attempted == SendOutcome.Full)
                {
                    return SendOutcome.Full;
                }
            }

            if (context.Time.GetElapsedTime(started) > context.Tuning.ResolveTimeout)
            {
                return mayBeStored ? SendOutcome.Unknown : SendOutcome.Unavailable;
            }

            await context.BackOffAsync(attempt);
        }
    }

    private async ValueTask<SendOutcome> TryAppendAsync(
        SegmentName carrier, long position, ReadOnlySequence<byte> bytes)
    {
        try
        {
            return await context.Blobs.AppendAsync(carrier, position, bytes, CancellationToken.None) switch
            {
                SegmentAppend.Appended => SendOutcome.Stored,
                SegmentAppend.Full => SendOutcome.Full,
                SegmentAppend.Gone => SendOutcome.Gone,
                _ => SendOutcome.Lost,
            };
        }
        catch (StorageUnavailableException)
        {
            return SendOutcome.Unavailable;
        }
        catch (StorageOutcomeUnknownException)
        {
            context.Meters.AppendsUnknown.Add(1);
            return SendOutcome.Unknown;
        }
    }

    // Null when nothing could be seen.
    private async ValueTask<bool?> LookAsync(bool mayBeStored)
    {
        try
        {
            return await tail.RefreshAsync(create: false, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
        catch (CorruptDataException) when (mayBeStored)
        {
            // The next reader reports the damage. Here it means that the outcome cannot be found out.
            return null;
        }
    }

    // Called only after a look that began after the append. Null when there is room for the very same block.
    private SendOutcome? Judge(SegmentName carrier, long position, bool mayBeStored)
    {
        var (isStored, mayBePassedOver) = view.Awaited();
        if (isStored)
        {
            return SendOutcome.Stored;
        }

        if (mayBeStored && mayBePassedOver)
        {
            return SendOutcome.Unknown;
        }

        var state = view.State!;
        if (state.Carrier == carrier && state.Tail == position)
        {
            return null;
        }

        context.Meters.AppendsLost.Add(1);
        return SendOutcome.Lost;
    }
}
