using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// What a writer does beside its blocks: take, renew and hand over the lease, and keep the rows near the tail. None of
/// it is needed for what was acknowledged and no block waits for it; what fails is tried again after a later block.
/// </summary>
internal sealed class LeaderDuties(
    LogView view,
    LogHead logHead,
    SegmentDirectory directory,
    LeaseKeeper lease,
    BlockSender sender,
    SegmentRoller roller,
    LogContext context)
{
    private int _performing;
    private (SegmentName Segment, long Position) _noted;

    /// <summary>The lease row as this node knows it.</summary>
    public Lease? Lease => lease.Lease;

    /// <summary>Completes when nothing of this is in flight.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>Names this node in the lease row, with a higher epoch than the log's.</summary>
    /// <returns>False when another node holds the lease: be its guest.</returns>
    public ValueTask<bool> TryTakeLeaseAsync() => lease.TryTakeAsync(view.State!.Epoch);

    /// <summary>Begins what is due, unless it is in flight already.</summary>
    public void Begin()
    {
        if (Interlocked.CompareExchange(ref _performing, 1, 0) == 0)
        {
            Done = PerformAsync();
        }
    }

    /// <summary>Moves the head row to the active segment, for which that segment gets a first block if it has
    /// none.</summary>
    /// <param name="state">The log, at its end.</param>
    /// <returns>Whether the head row names that segment, or a later one.</returns>
    public async ValueTask<bool> MoveHeadAsync(LogState state)
    {
        if (state.SegmentBlocks == 0)
        {
            var checkpoint = new BlockPlan(BlockKind.Checkpoint, context.NowMs);
            if (await sender.SendAsync(state, checkpoint, []) is not (SendOutcome.Stored or SendOutcome.Lost))
            {
                return false;
            }
        }

        return await TryNoteAsync(view.State!) && logHead.Known is { } head
            && head.CheckpointBlock >= state.NextBlockNumber - state.SegmentBlocks;
    }

    private async Task PerformAsync()
    {
        try
        {
            await NoteCheckpointAsync(view.State!);
            if (view.State!.Leader.Id == context.Node.Id)
            {
                await KeepLeaseAsync(view.State!, context.Time.GetUtcNow());
                await HandOverIfBusierAsync(view.State!, context.Time.GetUtcNow());
            }
        }
        catch (Exception exception) when (LogContext.IsFault(exception))
        {
            context.Meters.RowUpdatesFailed.Add(1);
        }
        catch (Exception exception)
        {
            // Nobody waits for this but the node's end, which must go on.
            context.ReportFailure(exception);
        }
        finally
        {
            Interlocked.Exchange(ref _performing, 0);
        }
    }

    private async ValueTask NoteCheckpointAsync(LogState state)
    {
        var checkpoint = (state.Segment, state.CheckpointPosition);
        if (state.CheckpointPosition < 0 || (checkpoint == _noted && !directory.HasUnregistered))
        {
            return;
        }

        if (await TryNoteAsync(state))
        {
            _noted = checkpoint;
        }
    }

    private ValueTask<bool> TryNoteAsync(LogState state) => roller.TryWriteRowsAsync(new HeadRow(
        state.Segment.Value,
        state.SegmentBaseOffset,
        state.CheckpointPosition,
        LogStartOffset: 0,
        Deleted: false,
        state.NextBlockNumber - 1 - state.BlocksSinceCheckpoint));

    private async ValueTask KeepLeaseAsync(LogState state, DateTimeOffset now)
    {
        if (LeaseRules.NeedsRenewal(lease.Lease, context.Node.Id, now, context.Settings.LeaseDuration))
        {
            await lease.RenewAsync(state.Epoch, CancellationToken.None);
        }
    }

    private async ValueTask HandOverIfBusierAsync(LogState state, DateTimeOffset now)
    {
        var shares = view.Shares;
        if (!shares.IsComplete(now) || SegmentRolling.IsFull(state, context.Tuning))
        {
            return;
        }

        view.RestartShares(now);
        if (LeaseRules.HandOverTo(shares, context.Node.Id, now) is { } writer)
        {
            var leader = new NodeIdentity(writer, Address: "");
            var barrier = new BlockPlan(BlockKind.Barrier, now.ToUnixTimeMilliseconds()) { Leader = leader };
            if (await sender.SendAsync(state, barrier, []) == SendOutcome.Stored)
            {
                await lease.HandOverAsync(leader, state.Epoch + 1, CancellationToken.None);
            }
        }
    }
}
