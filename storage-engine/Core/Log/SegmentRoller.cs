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
    // When this node last asked for room elsewhere. A node that does not know asks, and seals nothing where there is none.
    private DateTimeOffset? _askedAt;

    /// <summary>Seals the active segment and goes on in a new one.</summary>
    /// <param name="state">
    /// The log as judged: when it has moved meanwhile, the active segment is another, which must not be sealed
    /// unjudged.
    /// </param>
    /// <param name="placement">Where the topic wants the new one.</param>
    /// <returns>Stored when the log is in the new segment now.</returns>
    public async ValueTask<SendOutcome> RollAsync(LogState state, LogPlacement placement)
    {
        if (await PrepareAsync(state) is { } refused)
        {
            return refused;
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

        return await sender.SendAsync(state, Seal(successor), []);
    }

    /// <summary>Whether the active segment lies elsewhere than the topic wants, and it is time to ask for room there.</summary>
    /// <param name="state">The log.</param>
    /// <param name="placement">Where the topic wants it.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    public bool ShouldMove(LogState state, LogPlacement placement, long now) =>
        SharedKeys.LogOf(state.Segment.Value) != placement.LogOf(partition)
        && SegmentRolling.MayMove(state, context.Tuning, now)
        && (_askedAt is not { } asked || context.Time.GetUtcNow() - asked >= context.Tuning.MoveIntervalMin);

    /// <summary>Goes on where the topic wants it. Where there is no room nothing is sealed, whoever asks how
    /// often.</summary>
    /// <param name="state">The log as judged; see <see cref="RollAsync"/>.</param>
    /// <param name="placement">Where the topic wants it.</param>
    /// <returns>Null when the log stays where it is; stored when it is in the new segment now.</returns>
    public async ValueTask<SendOutcome?> MoveAsync(LogState state, LogPlacement placement)
    {
        _askedAt = context.Time.GetUtcNow();
        if (await PrepareAsync(state) is { } refused)
        {
            return refused == SendOutcome.Lost ? refused : null;
        }

        SegmentName? successor;
        try
        {
            successor = await context.Segments.TryCreateAsync(
                placement, partition, state.NextOffset, context.Nonce64(), context.DrawAccount());
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // Where the log is it can go on.
            return null;
        }

        return successor is { } segment ? await sender.SendAsync(state, Seal(segment), []) : null;
    }

    // Null when the active segment may be sealed.
    private async ValueTask<SendOutcome?> PrepareAsync(LogState state) =>
        directory.HasTooManyUnregistered && !await TryWriteRowsAsync(checkpoint: null) ? SendOutcome.Unavailable
        : !ReferenceEquals(view.State, state) ? SendOutcome.Lost
        : null;

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
