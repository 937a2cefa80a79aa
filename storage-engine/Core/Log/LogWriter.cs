using System.Diagnostics.CodeAnalysis;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// Appends to one log: one block in flight, everything that arrives meanwhile goes into the next block (group
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

    // As the last append brought it: what it asks of its log now. Set before anything drains.
    private volatile Topic? _topic;

    private TopicConfig Config => _topic!.Config;

    private LogPlacement Placement => LogPlacement.Of(_topic!);

    /// <summary>Completes when nothing waits and nothing is in flight.</summary>
    public Task Drained => _queue.Drained;

    /// <summary>Queues an append and waits for its fate.</summary>
    public ValueTask<AppendOutcome> AppendAsync(
        Topic topic, AppendRequest request, CancellationToken cancellationToken)
    {
        _topic = topic;
        var append = new PendingAppend(request, context.Time.GetTimestamp());
        if (!_queue.TryAdd(append, out var startDraining))
        {
            return ValueTask.FromResult<AppendOutcome>(
                new AppendOutcome.Throttled(Config.AppendInterval + context.Tuning.TailIntervalMax));
        }

        if (startDraining)
        {
            // Not awaited: it serves everyone who queues, and tells each through its own outcome.
            _ = DrainAsync();
        }

        return append.WaitAsync(cancellationToken);
    }

    private async Task DrainAsync()
    {
        EngineActivities.Become(null);
        var group = new AppendGroup(_queue, partition, context);
        while (!group.IsEmpty || _queue.HasMore())
        {
            try
            {
                await CommitAsync(group);
            }
            catch (Exception exception)
            {
                // Whatever went wrong, each waiting request is told; a bug is told as what it is and the loop goes on.
                group.Fail(exception);
            }
        }
    }

    // One block at most. What must wait for it is still in the group afterwards.
    private async ValueTask CommitAsync(AppendGroup group)
    {
        // What has arrived now is judged by all that was durable when it arrived, if the log is only opened now.
        group.FillUp();
        using var activity = EngineActivities.StartCommit(group.Activity);
        var readsBegun = tail.ReadsBegun;
        if (!await opener.OpenAsync(Placement, CancellationToken.None))
        {
            group.CompleteAll(new AppendOutcome.UnknownTopicOrPartition());
            return;
        }

        if (tail.HasSeenEndSince(readsBegun))
        {
            group.NoteFreshState();
        }

        group.FillUp();
        group.AnswerRepeats(view.State!, opener.LogStartOffset);
        if (group.IsEmpty)
        {
            return;
        }

        var spacing = _spacing;
        var isFresh = !await SpaceAsync() && tail.HasSeenEndSince(readsBegun);
        for (var attempt = 0; attempt < context.Tuning.AppendAttemptsMax; attempt++)
        {
            var attempted = context.Time.GetTimestamp();
            var role = await PrepareAsync(group, isFresh && attempt == 0);
            group.FillUp();
            var outcome = role is null ? SendOutcome.Gone : await TryCommitAsync(group, role.Value);
            if (outcome is null)
            {
                // Everything was answered without a block, so nothing was paid for.
                _spacing = spacing;
                return;
            }

            if (outcome != SendOutcome.Lost)
            {
                await ConcludeAsync(group, outcome.Value);
                return;
            }

            await context.StepAsideAsync(attempt);
            _spacing = _spacing.Without(context.Time.GetElapsedTime(attempted));
        }

        throw new StorageUnavailableException(
            $"Partition {partition} is written by too many nodes: {context.Tuning.AppendAttemptsMax} positions lost in "
            + "a row.");
    }

    private async ValueTask ConcludeAsync(AppendGroup group, SendOutcome outcome)
    {
        switch (outcome)
        {
            case SendOutcome.Stored:
                duties.Begin();
                return;
            case SendOutcome.Gone:
                await opener.ThrowUnlessDeletedAsync();
                group.CompleteAll(new AppendOutcome.UnknownTopicOrPartition());
                return;
            case SendOutcome.Unknown:
                throw new StorageOutcomeUnknownException(
                    $"The outcome of an append to partition {partition} is not known.");
            case SendOutcome.Full:
                // The reserve of blocks is for this very case, so something else filled or sealed the segment.
                throw new StorageUnavailableException(
                    $"Segment {view.State!.Segment} takes no block, not even the seal that names its successor.");
            default:
                throw new StorageUnavailableException($"Storage takes no append to partition {partition} now.");
        }
    }

    // Whether it waited.
    private async ValueTask<bool> SpaceAsync()
    {
        var segment = view.State!.Segment;
        if (SharedKeys.IsShared(segment))
        {
            // There the interval holds for the appends of all partitions together.
            context.Segments.Space(segment, partition.Topic, Config);
            return false;
        }

        _spacing = _spacing.Take(Config.AppendInterval, context.Time.GetUtcNow(), out var wait);
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(wait, context.Time);
        return true;
    }

    // A leader without guests knows the tail. Everyone else reads it first, unless the log was opened just now: a tail
    // that others write is nearly always stale, and a read costs a twelfth of a lost append. Null when there is nothing to
    // write to any more.
    private async ValueTask<LogRole?> PrepareAsync(AppendGroup group, bool isFresh)
    {
        var before = Role();
        if (before == LogRole.Leader && !view.HasGuests)
        {
            return before;
        }

        // The lease and the tail do not depend on each other: both calls go out at once.
        var reading = isFresh ? Task.FromResult(!view.State!.Ended) : RefreshAsync(group).AsTask();
        var taking = before == LogRole.TakeOver ? duties.TryTakeLeaseAsync().AsTask() : null;
        await Task.WhenAll(reading, taking ?? Task.CompletedTask);
        if (!await reading)
        {
            return null;
        }

        var role = Role();
        return role == LogRole.TakeOver && !await (taking ?? duties.TryTakeLeaseAsync().AsTask())
            ? LogRole.Guest
            : role;
    }

    private LogRole Role() =>
        LeaseRules.Role(view.State!, duties.Lease, context.Node.Id, context.Time.GetUtcNow());

    // What was in the group when the read began is judged by all that was durable when it arrived.
    private async ValueTask<bool> RefreshAsync(AppendGroup group)
    {
        if (!await tail.RefreshAsync(CancellationToken.None) || view.State!.Ended)
        {
            return false;
        }

        group.NoteFreshState();
        return true;
    }

    // Null when there is nothing to write; then nothing waits any more.
    private async ValueTask<SendOutcome?> TryCommitAsync(AppendGroup group, LogRole role)
    {
        var plan = await PlanAsync(group, role);
        if (await TryRollBeforeAsync(plan) is { } rolled)
        {
            if (rolled != SendOutcome.Stored)
            {
                return rolled;
            }

            plan = await PlanAsync(group, role);
            if (MustRollBefore(plan))
            {
                // The seal's answer was late, and others have filled the next segment, too: go round again.
                return SendOutcome.Lost;
            }
        }

        if (plan is not { WritesBlock: true })
        {
            return plan is null ? SendOutcome.Gone : null;
        }

        var outcome = await SendAsync(plan);
        if (outcome == SendOutcome.Stored)
        {
            group.CompleteStored(plan, opener.LogStartOffset);
        }

        return outcome == SendOutcome.Full ? await roller.RollAsync(plan.State, Placement) switch
        {
            // The group is not in the log yet: go round again, in the new segment.
            SendOutcome.Stored => SendOutcome.Lost,
            var other => other,
        }
        : outcome;
    }

    // Null when the block goes into the active segment.
    private async ValueTask<SendOutcome?> TryRollBeforeAsync(AppendPlan? plan) =>
        MustRollBefore(plan) ? await roller.RollAsync(plan.State, Placement)
        : plan is { WritesBlock: true } && roller.ShouldMove(plan.State, Placement, plan.Block.WrittenAt)
            ? await roller.MoveAsync(plan.State, Placement)
            : null;

    private bool MustRollBefore([NotNullWhen(true)] AppendPlan? plan) =>
        plan is { WritesBlock: true } && SegmentRolling.ShouldRoll(
            plan.State,
            context.Tuning,
            Config.SegmentBytes,
            LogPlacement.SegmentAge(Config, SharedKeys.IsShared(plan.State.Segment)),
            plan.Block.WrittenAt);

    // Null when there is nothing to write to any more.
    private async ValueTask<AppendPlan?> PlanAsync(AppendGroup group, LogRole role)
    {
        while (view.State is { Ended: false } state)
        {
            var plan = group.Plan(state, BlockOf(state, role), opener.LogStartOffset);
            if (!plan.NeedsFreshState)
            {
                return plan;
            }

            if (!await RefreshAsync(group))
            {
                return null;
            }
        }

        return null;
    }

    private BlockPlan BlockOf(LogState state, LogRole role)
    {
        var kind = role == LogRole.TakeOver ? BlockKind.Barrier
            : SegmentRolling.NeedsCheckpoint(state, context.Tuning) ? BlockKind.Checkpoint
            : BlockKind.Data;
        return new BlockPlan(kind, context.NowMs) { Leader = role == LogRole.TakeOver ? context.Node : null };
    }

    private async ValueTask<SendOutcome> SendAsync(AppendPlan plan)
    {
        foreach (var append in plan.Accepted)
        {
            if (append.Request is { StampsLogAppendTime: true, Batch: { } batch })
            {
                batch.StampLogAppendTime(plan.Block.WrittenAt);
            }
        }

        EngineActivities.LinkCommit(plan.Accepted);
        var outcome = await sender.SendAsync(plan.State, plan.Block, plan.Batches);
        if (outcome == SendOutcome.Stored && plan.Block.Leader is not null)
        {
            context.Meters.TakeOvers.Add(1);
        }

        return outcome;
    }
}
