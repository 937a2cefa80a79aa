using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// What a writer does around its blocks: take, renew and hand over the lease, and keep the head row near the tail. None of it is
/// needed for what was acknowledged; what fails is tried again with a later block.
/// </summary>
internal sealed class LeaderDuties(
    LogView view, LeaseKeeper lease, BlockSender sender, SegmentRoller roller, LogContext context)
{
    /// <summary>The lease row as this node knows it.</summary>
    public Lease? Lease => lease.Lease;

    /// <summary>Names this node in the lease row for the epoch that its next barrier will carry.</summary>
    /// <returns>False when another node holds the lease: be its guest.</returns>
    public ValueTask<bool> TryTakeLeaseAsync() => lease.TryTakeAsync(view.State!.Epoch + 1, CancellationToken.None);

    /// <summary>Updates the hints in the rows, and hands the log over if another node writes nearly everything.</summary>
    public async ValueTask PerformAsync()
    {
        var state = view.State!;
        if (state.BlocksSinceCheckpoint == 0 && state.CheckpointPosition >= 0)
        {
            await roller.WriteRowsAsync(new HeadRow(
                state.Segment.Value, state.SegmentBaseOffset, state.CheckpointPosition, LogStartOffset: 0, Deleted: false));
        }

        var now = context.Time.GetUtcNow();
        if (state.Leader.Id != context.Node.Id)
        {
            return;
        }

        if (LeaseRules.NeedsRenewal(lease.Lease, context.Node.Id, now, context.Settings.LeaseDuration))
        {
            await lease.RenewAsync(state.Epoch, CancellationToken.None);
        }

        await HandOverIfBusierAsync(state, now);
    }

    private async ValueTask HandOverIfBusierAsync(LogState state, DateTimeOffset now)
    {
        var shares = view.Shares;
        if (!shares.IsComplete(now))
        {
            return;
        }

        view.RestartShares(now);
        if (LeaseRules.HandOverTo(shares, context.Node.Id, now) is { } writer)
        {
            var leader = new NodeIdentity(writer, Address: "");
            var barrier = new BlockPlan(BlockKind.Barrier, leader, Seal: null);
            if (await sender.SendAsync(state, barrier, []) == SendOutcome.Stored)
            {
                await lease.HandOverAsync(leader, state.Epoch + 1, CancellationToken.None);
            }
        }
    }
}
