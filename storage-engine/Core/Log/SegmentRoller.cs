using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Goes from one segment to the next, and ends a log.</summary>
/// <remarks>
/// Order of effects: successor, seal, rows. A crash behind the first leaves an empty segment that nothing names; a
/// crash behind the second leaves a seal that the next node to open the log folds and registers.
/// </remarks>
internal sealed class SegmentRoller(
    PartitionId partition, LogView view, SegmentDirectory directory, BlockSender sender, LogContext context)
{
    // The segment that the shared log had no room for.
    private SegmentName? _elsewhere;

    /// <summary>Seals the active segment and goes on in a new one.</summary>
    /// <param name="state">
    /// The log as judged: when it has moved meanwhile, the active segment is another, which must not be sealed
    /// unjudged.
    /// </param>
    /// <param name="placement">Where the topic wants the new one.</param>
    /// <returns>Stored when the log is in the new segment now.</returns>
    public async ValueTask<SendOutcome> RollAsync(LogState state, LogPlacement placement)
    {
        if (directory.HasTooManyUnregistered && !await TryWriteRowsAsync(checkpoint: null))
        {
            return SendOutcome.Unavailable;
        }

        if (!ReferenceEquals(view.State, state))
        {
            return SendOutcome.Lost;
        }

        SegmentName successor;
        try
        {
            successor = await context.Segments.CreateAsync(
                placement, partition, state.NextOffset, context.Nonce64(), context.DrawAccount());
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            return SendOutcome.Unavailable;
        }

        _elsewhere = SharedKeys.LogOf(successor.Value) == placement.LogOf(partition) ? null : successor;
        return await sender.SendAsync(state, Seal(successor), []);
    }

    /// <summary>Whether the active segment lies where the topic wants it, or where there was room for it.</summary>
    public bool IsInPlace(LogState state, LogPlacement placement) =>
        SharedKeys.LogOf(state.Segment.Value) == placement.LogOf(partition) || state.Segment == _elsewhere;

    /// <summary>Seals the log for good, so that no node can append to it; its topic was deleted.</summary>
    /// <param name="cancellationToken">Abandons the work between two tries.</param>
    /// <exception cref="StorageUnavailableException">The log is not ended, as far as can be told. Whoever completes the
    /// deletion calls again.</exception>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < context.Tuning.AppendAttemptsMax; attempt++)
        {
            if (view.State is not { Ended: false } state)
            {
                return;
            }

            switch (await sender.SendAsync(state, Seal(successor: null), []))
            {
                case SendOutcome.Stored or SendOutcome.Gone:
                    return;
                case SendOutcome.Full:
                    // Nobody has sealed the segment, and nobody can store anything there any more: that is an end, too.
                    return;
                case SendOutcome.Unavailable or SendOutcome.Unknown:
                    // The sender has tried for as long as a caller can wait.
                    throw new StorageUnavailableException($"Log {partition.Log} could not be ended now.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException($"Log {partition.Log} could not be ended; delete the topic again.");
    }

    /// <summary>Writes what the rows lack; what cannot be written now is written with a later block.</summary>
    public async ValueTask<bool> TryWriteRowsAsync(HeadRow? checkpoint)
    {
        try
        {
            await directory.WriteAsync(checkpoint, CancellationToken.None);
            return true;
        }
        catch (StorageUnavailableException)
        {
            context.Meters.RowUpdatesFailed.Add(1);
            return false;
        }
    }

    private BlockPlan Seal(SegmentName? successor) =>
        new(BlockKind.Seal, context.NowMs) { Seal = new SealMark(successor) };
}
