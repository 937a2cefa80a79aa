using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// Appends batches to one log: one append in flight, everything that arrives meanwhile goes into the next block (group
/// commit). Works as leader, as guest, and takes over; <see cref="LeaseRules"/> says which.
/// </summary>
internal sealed class LogWriter(
    PartitionId partition,
    LogView view,
    SegmentDirectory directory,
    LogOpener opener,
    LogTail tail,
    LeaseKeeper lease,
    LogContext context)
{
    private readonly AppendQueue _queue = new(context.Settings.PendingBytesMax);
    private readonly BlockSender _sender = new(view, directory, tail, context);
    private AppendSpacing _spacing = AppendSpacing.Full(context.Time.GetUtcNow());
    private TopicConfig _config = TopicConfig.Default;

    /// <summary>Completes when nothing waits and nothing is in flight.</summary>
    public Task Drained => _queue.Drained;

    /// <summary>Queues a batch and waits for its fate.</summary>
    public async ValueTask<AppendOutcome> AppendAsync(
        TopicConfig config, RecordBatch batch, CancellationToken cancellationToken)
    {
        _config = config;
        var append = new PendingAppend(batch, config.LogAppendTime, context.Time.GetTimestamp());
        if (!_queue.TryAdd(append, out var startDraining))
        {
            return new AppendOutcome.Throttled(config.AppendInterval + LogLimits.TailIntervalMax);
        }

        if (startDraining)
        {
            // Not awaited: it serves everyone who queues, and tells each through its own outcome.
            _ = DrainAsync();
        }

        return await append.Outcome.WaitAsync(cancellationToken);
    }

    /// <summary>Seals the log for good, so that no node can append to it; its topic was deleted.</summary>
    public async ValueTask EndAsync()
    {
        for (var attempt = 0; attempt < LogLimits.AppendAttemptsMax; attempt++)
        {
            if (view.State is not { Ended: false } state)
            {
                return;
            }

            var seal = Encode(state, BlockKind.Seal, state.Epoch, new SealMark(Successor: null), leader: null, []);
            if (await _sender.SendAsync(state.Segment, seal) is SendOutcome.Gone)
            {
                return;
            }
        }

        throw new StorageUnavailableException($"Log {partition.Log} could not be ended; delete the topic again.");
    }

    private async Task DrainAsync()
    {
        while (_queue.HasMore())
        {
            var group = new List<PendingAppend>();
            try
            {
                await CommitAsync(group);
            }
            catch (Exception exception)
            {
                // Whatever went wrong, each waiting request is told; a bug is told as what it is and the loop goes on.
                if (group.Count == 0)
                {
                    _queue.FillUp(group);
                }

                group.ForEach(append => append.Fail(exception));
            }
            finally
            {
                _queue.Release(group);
            }
        }
    }

    private async ValueTask CommitAsync(List<PendingAppend> group)
    {
        if (!await opener.OpenAsync(create: true, CancellationToken.None))
        {
            CompleteAsUnknownTopic(group);
            return;
        }

        await SpaceAsync();
        for (var attempt = 0; attempt < LogLimits.AppendAttemptsMax; attempt++)
        {
            var role = await PrepareAsync();
            _queue.FillUp(group);
            var outcome = role is null ? SendOutcome.Gone : await TryCommitAsync(group, role.Value);
            switch (outcome)
            {
                case SendOutcome.Stored:
                    Complete(group);
                    await AfterCommitAsync();
                    return;
                case SendOutcome.Gone:
                    await opener.ThrowUnlessDeletedAsync();
                    CompleteAsUnknownTopic(group);
                    return;
                case SendOutcome.Unknown:
                    throw new StorageOutcomeUnknownException(
                        $"The outcome of an append to partition {partition} is not known.");
                case SendOutcome.Full:
                    // The reserve of blocks is for this very case, so something else filled or sealed the segment.
                    throw new StorageUnavailableException(
                        $"Segment {view.State!.Segment} takes no block, not even the seal that would name its successor.");
                case SendOutcome.Unavailable:
                    throw new StorageUnavailableException($"Storage takes no append to partition {partition} now.");
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException(
            $"Partition {partition} is written by too many nodes: lost {LogLimits.AppendAttemptsMax} positions in a row.");
    }

    private async ValueTask SpaceAsync()
    {
        _spacing = _spacing.Take(_config.AppendInterval, context.Time.GetUtcNow(), out var wait);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, context.Time);
        }
    }

    // A leader knows the tail. Everyone else reads it first: a guest's cached tail is nearly always stale, and a read
    // costs a twelfth of a lost append.
    // Null when there is nothing to write to any more.
    private async ValueTask<LogRole?> PrepareAsync()
    {
        var role = LeaseRules.Role(view.State!, lease.Lease, context.Node.Id, context.Time.GetUtcNow());
        if (role == LogRole.Leader)
        {
            return role;
        }

        if (!await tail.RefreshAsync(CancellationToken.None) || view.State!.Ended)
        {
            return null;
        }

        role = LeaseRules.Role(view.State!, lease.Lease, context.Node.Id, context.Time.GetUtcNow());
        return role == LogRole.TakeOver && !await lease.TryTakeAsync(view.State!.Epoch + 1, CancellationToken.None)
            ? LogRole.Guest
            : role;
    }

    private async ValueTask<SendOutcome> TryCommitAsync(List<PendingAppend> group, LogRole role)
    {
        if (SegmentRolling.ShouldRoll(view.State!, _config.SegmentBytes, _config.SegmentAge, context.NowMs))
        {
            var rolled = await RollAsync();
            if (rolled != SendOutcome.Stored)
            {
                return rolled;
            }
        }

        var state = view.State!;
        var takesOver = role == LogRole.TakeOver;
        var kind = takesOver ? BlockKind.Barrier
            : SegmentRolling.NeedsCheckpoint(state) ? BlockKind.Checkpoint
            : BlockKind.Data;
        var now = context.NowMs;
        foreach (var append in group)
        {
            if (append.StampsLogAppendTime)
            {
                append.Batch.StampLogAppendTime(now);
            }
        }

        var block = Encode(
            state,
            kind,
            takesOver ? state.Epoch + 1 : state.Epoch,
            seal: null,
            takesOver ? context.Node : null,
            [.. group.Select(static append => append.Batch)]);
        var outcome = await _sender.SendAsync(state.Segment, block);
        if (outcome == SendOutcome.Stored && takesOver)
        {
            context.Meters.TakeOvers.Add(1);
        }

        return outcome == SendOutcome.Full ? await RollAsync() switch
        {
            // The group is not in the log yet: go round again, in the new segment.
            SendOutcome.Stored => SendOutcome.Lost,
            var rolled => rolled,
        }
        : outcome;
    }

    // Successor first, then the seal that names it: a crash in between leaves an empty segment that nothing points to.
    private async ValueTask<SendOutcome> RollAsync()
    {
        if (directory.UnregisteredCount >= SegmentDirectory.UnregisteredMax)
        {
            await WriteRowsAsync(checkpoint: null);
            if (directory.UnregisteredCount >= SegmentDirectory.UnregisteredMax)
            {
                return SendOutcome.Unavailable;
            }
        }

        var state = view.State!;
        var successor = LogKeys.SegmentName(partition, state.NextOffset, context.Nonce64());
        try
        {
            await context.Segments.CreateAsync(successor, CancellationToken.None);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            return SendOutcome.Unavailable;
        }

        var seal = Encode(state, BlockKind.Seal, state.Epoch, new SealMark(successor), leader: null, []);
        var outcome = await _sender.SendAsync(state.Segment, seal);
        if (outcome == SendOutcome.Stored)
        {
            await WriteRowsAsync(checkpoint: null);
        }

        return outcome;
    }

    private EncodedBlock Encode(
        LogState state, BlockKind kind, int epoch, SealMark? seal, NodeIdentity? leader, IReadOnlyList<RecordBatch> batches)
    {
        var stamp = new BlockStamp(kind, epoch, context.Node.Id, context.Nonce(), context.NowMs);
        var body = kind == BlockKind.Data ? BlockBody.Empty : new BlockBody(state.Snapshot(), leader, seal);
        return BlockEncoder.Encode(state, stamp, body, partition, batches);
    }

    // None of this is needed for what was just acknowledged; failures are tried again with the next block.
    private async ValueTask AfterCommitAsync()
    {
        var state = view.State!;
        if (state.BlocksSinceCheckpoint == 0 && state.CheckpointPosition >= 0)
        {
            await WriteRowsAsync(new HeadRow(
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
            var barrier = Encode(state, BlockKind.Barrier, state.Epoch + 1, seal: null, leader, []);
            if (await _sender.SendAsync(state.Segment, barrier) == SendOutcome.Stored)
            {
                await lease.HandOverAsync(leader, state.Epoch + 1, CancellationToken.None);
            }
        }
    }

    private async ValueTask WriteRowsAsync(HeadRow? checkpoint)
    {
        try
        {
            await directory.WriteAsync(checkpoint, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            context.Meters.RowUpdatesFailed.Add(1);
        }
    }

    private void Complete(List<PendingAppend> group)
    {
        var logStartOffset = directory.Head?.LogStartOffset ?? 0;
        foreach (var append in group)
        {
            var batch = append.Batch;
            context.Meters.RecordsAppended.Add(batch.RecordCount);
            context.Meters.BytesAppended.Add(batch.Length);
            context.Meters.AppendDuration.Record(context.Time.GetElapsedTime(append.ArrivedAt).TotalSeconds);
            append.Complete(new AppendOutcome.Appended(
                batch.BaseOffset, append.StampsLogAppendTime ? batch.MaxTimestamp : null, logStartOffset));
        }
    }

    private void CompleteAsUnknownTopic(List<PendingAppend> group)
    {
        _queue.FillUp(group);
        group.ForEach(static append => append.Complete(new AppendOutcome.UnknownTopicOrPartition()));
    }
}
