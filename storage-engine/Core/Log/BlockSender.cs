using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Stores one block at one position and finds out what became of it.</summary>
/// <remarks>
/// An outcome that storage does not tell is read back: the block at the position has this block's nonce, or another's,
/// or there is none. In the last case the very same bytes are sent to the very same position again, which is safe
/// because at most one copy can win the position.
/// </remarks>
internal sealed class BlockSender(
    PartitionId partition, LogView view, LogTail tail, LogContext context)
{
    // One block at a time: the view looks out for one nonce.
    private readonly Gate _sending = new();

    /// <summary>Builds the block that follows a state and appends it.</summary>
    /// <param name="state">The log as the caller knows it; when it has moved meanwhile, the block is lost.</param>
    /// <param name="plan">What the block is for.</param>
    /// <param name="batches">The batches it carries; they get their offsets here.</param>
    /// <returns>What certainly happened, or that this could not be found out in time.</returns>
    public async ValueTask<SendOutcome> SendAsync(LogState state, BlockPlan plan, IReadOnlyList<KeyedBatch> batches)
    {
        if (state.Ended)
        {
            // The store would take a block behind the last seal; the log must not.
            return SendOutcome.Gone;
        }

        await _sending.EnterAsync(CancellationToken.None);
        try
        {
            if (!ReferenceEquals(view.State, state))
            {
                // Another block of this node's went first: this one would be sent, and paid for, in vain.
                return SendOutcome.Lost;
            }

            var epoch = plan.Leader is null ? state.Epoch : state.Epoch + 1;
            var stamp = new BlockStamp(plan.Kind, epoch, context.Node.Id, context.Nonce(), plan.WrittenAt);
            var body = plan.Kind == BlockKind.Data
                ? BlockBody.Empty
                : new BlockBody(state.Snapshot(), plan.Leader, plan.Seal) { FencingToken = plan.FencingToken };
            return await SendNextAsync(state.Segment, BlockEncoder.Encode(state, stamp, body, partition, batches));
        }
        finally
        {
            _sending.Leave();
        }
    }

    private async ValueTask<SendOutcome> SendNextAsync(SegmentName segment, EncodedBlock encoded)
    {
        view.Await(encoded.Block.Header.Nonce);
        var (started, mayBeStored) = (context.Time.GetTimestamp(), false);
        for (var attempt = 0; ; attempt++)
        {
            var attempted = await TryAppendAsync(segment, encoded);
            switch (attempted)
            {
                case Attempt.Appended:
                    Take(encoded.Block);
                    view.NoteEnd();
                    return SendOutcome.Stored;
                case Attempt.Gone when !mayBeStored:
                    return await GoneAsync(segment);
                case Attempt.Unknown:
                    context.Meters.AppendsUnknown.Add(1);
                    mayBeStored = true;
                    break;
            }

            // A refusal says nothing of the position: there is something to look for when the block may be stored, or
            // another one has its place.
            if ((mayBeStored || attempted != Attempt.Unavailable) && await LookAsync(mayBeStored))
            {
                if (Judge(segment, encoded.Block.Position, mayBeStored) is { } outcome)
                {
                    return outcome;
                }

                if (attempted == Attempt.Full)
                {
                    // The service counts blocks before it looks at the position, so "full" alone does not tell that
                    // nobody has sealed the segment. Now it does, and that no copy of this block can ever be stored
                    // there.
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

    private async ValueTask<Attempt> TryAppendAsync(SegmentName segment, EncodedBlock encoded)
    {
        try
        {
            return await context.Segments.AppendAsync(
                segment, encoded.Block.Position, encoded.Bytes, CancellationToken.None) switch
            {
                SegmentAppend.Appended => Attempt.Appended,
                SegmentAppend.Full => Attempt.Full,
                SegmentAppend.Gone => Attempt.Gone,
                _ => Attempt.PositionTaken,
            };
        }
        catch (StorageUnavailableException)
        {
            return Attempt.Unavailable;
        }
        catch (StorageOutcomeUnknownException)
        {
            return Attempt.Unknown;
        }
    }

    private async ValueTask<bool> LookAsync(bool mayBeStored)
    {
        try
        {
            return await tail.RefreshAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
        catch (CorruptDataException) when (mayBeStored)
        {
            // The next reader reports the damage. Here it means that the outcome cannot be found out.
            return false;
        }
    }

    // Called only after a look at the log that began after the append.
    private SendOutcome? Judge(SegmentName segment, long position, bool mayBeStored)
    {
        if (view.AwaitedIsStored())
        {
            return SendOutcome.Stored;
        }

        if (mayBeStored && view.AwaitedMayBePassedOver())
        {
            return SendOutcome.Unknown;
        }

        var state = view.State!;
        if (state.Segment == segment && state.Tail == position && !state.Ended)
        {
            return null;
        }

        context.Meters.AppendsLost.Add(1);
        return SendOutcome.Lost;
    }

    // The segment was taken away because the log has long gone on elsewhere, or because its topic was deleted.
    private async ValueTask<SendOutcome> GoneAsync(SegmentName segment)
    {
        try
        {
            return await tail.RefreshAsync(CancellationToken.None) && view.State!.Segment != segment
                ? SendOutcome.Lost
                : SendOutcome.Gone;
        }
        catch (StorageUnavailableException)
        {
            // Which of the two it is cannot be found out now. Nothing of the block is stored.
            return SendOutcome.Unavailable;
        }
    }

    private void Take(LogBlock block)
    {
        view.Apply(block);
        context.Cache.Add(block.Header.Log, block);
        context.Meters.BlocksAppended.Add(1);
        var records = 0L;
        foreach (ref readonly var entry in block.Entries.AsSpan())
        {
            records += entry.RecordCount;
        }

        context.Meters.Log.CountBlock(records, block.Header.Length);
    }

    private enum Attempt
    {
        Appended,
        PositionTaken,
        Full,
        Gone,
        Unavailable,
        Unknown,
    }
}
