using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Blocks;
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
    LogOpener opener,
    LogTail tail,
    BlockSender sender,
    SegmentRoller roller,
    LeaderDuties duties,
    LogContext context)
{
    private readonly AppendQueue _queue = new(context.Settings.PendingBytesMax, context.Pending);
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
            return new AppendOutcome.Throttled(config.AppendInterval + context.Tuning.TailIntervalMax);
        }

        if (startDraining)
        {
            // Not awaited: it serves everyone who queues, and tells each through its own outcome.
            _ = DrainAsync();
        }

        return await append.WaitAsync(cancellationToken);
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
        for (var attempt = 0; attempt < context.Tuning.AppendAttemptsMax; attempt++)
        {
            var role = await PrepareAsync();
            _queue.FillUp(group);
            var outcome = role is null ? SendOutcome.Gone : await TryCommitAsync(group, role.Value);
            switch (outcome)
            {
                case SendOutcome.Stored:
                    Complete(group);
                    duties.Begin();
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
                        $"Segment {view.State!.Segment} takes no block, not even the seal that names its successor.");
                case SendOutcome.Unavailable:
                    throw new StorageUnavailableException($"Storage takes no append to partition {partition} now.");
            }

            await context.BackOffAsync(attempt);
        }

        throw new StorageUnavailableException(
            $"Partition {partition} is written by too many nodes: {context.Tuning.AppendAttemptsMax} positions lost in "
            + "a row.");
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
    // costs a twelfth of a lost append. Null when there is nothing to write to any more.
    private async ValueTask<LogRole?> PrepareAsync()
    {
        var role = LeaseRules.Role(view.State!, duties.Lease, context.Node.Id, context.Time.GetUtcNow());
        if (role == LogRole.Leader)
        {
            return role;
        }

        if (!await tail.RefreshAsync(CancellationToken.None) || view.State!.Ended)
        {
            return null;
        }

        role = LeaseRules.Role(view.State!, duties.Lease, context.Node.Id, context.Time.GetUtcNow());
        return role == LogRole.TakeOver && !await duties.TryTakeLeaseAsync()
            ? LogRole.Guest
            : role;
    }

    private async ValueTask<SendOutcome> TryCommitAsync(List<PendingAppend> group, LogRole role)
    {
        if (SegmentRolling.ShouldRoll(
            view.State!, context.Tuning, _config.SegmentBytes, _config.SegmentAge, context.NowMs))
        {
            var rolled = await roller.RollAsync();
            if (rolled != SendOutcome.Stored)
            {
                return rolled;
            }
        }

        var state = view.State!;
        var takesOver = role == LogRole.TakeOver;
        var kind = takesOver ? BlockKind.Barrier
            : SegmentRolling.NeedsCheckpoint(state, context.Tuning) ? BlockKind.Checkpoint
            : BlockKind.Data;
        var now = context.NowMs;
        foreach (var append in group)
        {
            if (append.StampsLogAppendTime)
            {
                append.Batch.StampLogAppendTime(now);
            }
        }

        var outcome = await sender.SendAsync(
            state,
            new BlockPlan(kind, takesOver ? context.Node : null, Seal: null),
            [.. group.Select(static append => append.Batch)]);
        if (outcome == SendOutcome.Stored && takesOver)
        {
            context.Meters.TakeOvers.Add(1);
        }

        return outcome == SendOutcome.Full ? await roller.RollAsync() switch
        {
            // The group is not in the log yet: go round again, in the new segment.
            SendOutcome.Stored => SendOutcome.Lost,
            var rolled => rolled,
        }
        : outcome;
    }

    private void Complete(List<PendingAppend> group)
    {
        var logStartOffset = opener.LogStartOffset;
        foreach (var append in group)
        {
            var batch = append.Batch;
            context.Meters.RecordsAppended.Add(batch.RecordCount);
            context.Meters.BytesAppended.Add(batch.Length);
            context.Meters.AppendDuration.Record(context.Time.GetElapsedTime(append.ArrivedAt).TotalSeconds);
            append.Complete(new AppendOutcome.Appended(
                batch.BaseOffset, append.StampsLogAppendTime ? batch.MaxTimestamp : null, logStartOffset, Duplicate: false));
        }
    }

    private void CompleteAsUnknownTopic(List<PendingAppend> group)
    {
        _queue.FillUp(group);
        group.ForEach(static append => append.Complete(new AppendOutcome.UnknownTopicOrPartition()));
    }
}
