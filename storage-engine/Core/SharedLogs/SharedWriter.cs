using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// Writes to one shared log: one block in flight, everything that arrives meanwhile for any segment goes into the next
/// one. Nodes need no leader here: each block is conditional on its position, and whoever loses reads and builds anew.
/// </summary>
internal sealed class SharedWriter(
    SharedLogId log,
    SharedView view,
    SharedTail tail,
    CarrierRoller roller,
    SharedSender sender,
    AppendIntervals intervals,
    SharedContext context)
{
    private readonly SharedQueue _queue = new(log, context.Tuning.PendingBytesMax);
    private AppendSpacing _spacing = AppendSpacing.Full(context.Time.GetUtcNow());

    /// <summary>Whether nothing waits and nothing is in flight.</summary>
    public bool IsIdle => _queue.IsIdle;

    /// <summary>Queues a write and waits for its fate.</summary>
    /// <exception cref="StorageUnavailableException">Nothing happened and nothing will.</exception>
    /// <exception cref="StorageOutcomeUnknownException">It may have happened, or may yet.</exception>
    public Task<SegmentAppend> WriteAsync(SharedWrite write)
    {
        if (_queue.Add(write))
        {
            // Not awaited: it serves everyone who queues, and tells each through its own outcome.
            _ = DrainAsync();
        }

        return write.Outcome;
    }

    private async Task DrainAsync()
    {
        while (_queue.HasMore())
        {
            List<SharedWrite> group = [];
            try
            {
                await CommitAsync(group);
            }
            catch (Exception exception)
            {
                // Whatever went wrong, each waiting caller is told; a bug is told as what it is and the loop goes on.
                group.ForEach(write => write.Fail(Copy(exception)));
            }

            _queue.Release(group);
        }
    }

    // One block at most, or two for one large piece; what does not fit waits for the next round.
    private async ValueTask CommitAsync(List<SharedWrite> group)
    {
        var spacing = _spacing;
        await SpaceAsync();
        _queue.FillUp(group);
        if (view.State is null && !await LookAsync(group))
        {
            return;
        }

        for (var attempt = 0; attempt < context.Tuning.AttemptsMax; attempt++)
        {
            var state = view.State!;
            if (SharedRules.ShouldRoll(state, context.Tuning))
            {
                if (Check(await roller.RollAsync(state)) == SendOutcome.Gone && !await LookAsync(group))
                {
                    return;
                }

                continue;
            }

            if (group.Exists(write => write.Kind == SharedWriteKind.Seal && write.Position == state.CarrierNumber))
            {
                Check(await roller.RollAsync(state));
                continue;
            }

            var plan = SharedPlanRules.Plan(state, group, context.Tuning);
            if (plan.LooksFirst)
            {
                if (!await LookAsync(group))
                {
                    return;
                }

                plan = SharedPlanRules.Plan(state = view.State!, group, context.Tuning);
                if (SharedRules.ShouldRoll(state, context.Tuning))
                {
                    continue;
                }
            }

            // Without a block nothing is paid for.
            _spacing = plan.Entries.IsEmpty ? spacing : _spacing;
            switch (plan.Entries.IsEmpty ? SendOutcome.Stored : await StoreAsync(state, plan))
            {
                case SendOutcome.Stored:
                    Tell(plan);
                    _queue.GiveBack(group);
                    return;
                case SendOutcome.Gone when !await LookAsync(group):
                    return;
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException(
            $"Shared log {log} is written by too many nodes: {context.Tuning.AttemptsMax} positions lost in a row.");
    }

    // When others were first, plan anew.
    private async ValueTask<SendOutcome> StoreAsync(SharedState state, SharedBlockPlan plan)
    {
        var (block, bytes) = CarrierEncoder.Encode(
            state, context.Nonce(), context.NowMs, plan.Entries, plan.Pieces);
        var outcome = await sender.SendAsync(state.Carrier, block, bytes);
        if (outcome == SendOutcome.Stored && !plan.Rest.IsEmpty)
        {
            outcome = await SendRestAsync(plan, block);
        }

        return Check(outcome);
    }

    // Nothing of the first block counts unless this one comes right behind it: behind that very block, since another node
    // may have begun the same way.
    private async ValueTask<SendOutcome> SendRestAsync(SharedBlockPlan plan, CarrierBlock first)
    {
        var state = view.State!;
        if (state.Part is not { } part || state.NextBlock != first.Number + 1 || state.LastCrc != first.Crc)
        {
            return SendOutcome.Lost;
        }

        var (block, bytes) = CarrierEncoder.Encode(
            state,
            context.Nonce(),
            context.NowMs,
            [CarrierEntry.Piece(part.Id, part.Position + part.Length, (int)plan.Rest.Length)],
            [plan.Rest]);
        return await sender.SendAsync(state.Carrier, block, bytes);
    }

    // False when the shared log was deleted, and everyone has been told.
    private async ValueTask<bool> LookAsync(List<SharedWrite> group)
    {
        if (await tail.RefreshAsync(create: true, CancellationToken.None))
        {
            return true;
        }

        group.ForEach(static write => write.Complete(Gone(write)));
        return false;
    }

    // What another round cannot mend is for the callers.
    private SendOutcome Check(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Stored or SendOutcome.Lost or SendOutcome.Gone => outcome,
        SendOutcome.Unknown => throw new StorageOutcomeUnknownException(
            $"The outcome of an append to shared log {log} is not known."),
        SendOutcome.Full => throw new StorageUnavailableException(
            $"Carrier {view.State!.Carrier} takes no block, not even the seal that names its successor."),
        _ => throw new StorageUnavailableException($"Storage takes no append to shared log {log} now."),
    };

    private static void Tell(SharedBlockPlan plan)
    {
        foreach (var write in plan.Written)
        {
            write.Complete(SegmentAppend.Appended);
        }

        foreach (var (write, verdict) in plan.Refused)
        {
            write.Complete(verdict switch
            {
                SharedVerdict.Taken => SegmentAppend.PositionTaken,
                SharedVerdict.TooMany => SegmentAppend.Full,
                _ => Gone(write),
            });
        }
    }

    // To delete what is not there succeeds. To create in a shared log that is gone cannot.
    private static SegmentAppend Gone(SharedWrite write) =>
        write.Kind == SharedWriteKind.Delete ? SegmentAppend.Appended : SegmentAppend.Gone;

    private async ValueTask SpaceAsync()
    {
        _spacing = _spacing.Take(intervals.Smallest, context.Time.GetUtcNow(), out var wait);
        if (wait > TimeSpan.Zero && _queue.IsWorthWaiting)
        {
            await Task.Delay(wait, context.Time);
        }
    }

    // An exception that several throw at the same time would mix up their stack traces.
    private static Exception Copy(Exception exception) => exception switch
    {
        StorageUnavailableException unavailable => unavailable.ForAnother(),
        StorageOutcomeUnknownException unknown => unknown.ForAnother(),
        _ => exception,
    };
}
