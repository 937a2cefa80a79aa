using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Serves the requests to a group step by step: what arrives during one step shares the next, so that the members of a
/// busy group do not race each other inside a node, and many of them cost one transaction.
/// </summary>
internal sealed class GroupSteps
{
    private readonly ITableStore _tables;
    private readonly GroupTable _table;
    private readonly GroupIndex _index;
    private readonly SubscribedTopics _subscribed;
    private readonly OffsetLedger _offsets;
    private readonly GroupSettings _settings;
    private readonly StorageClock _clock;
    private readonly ConditionalChange _changes;
    private readonly Lock _lock = new();
    private readonly Dictionary<GroupId, Queue<PendingRequest>> _waiting = [];

    public GroupSteps(
        ITableStore tables,
        GroupTable table,
        GroupIndex index,
        SubscribedTopics subscribed,
        OffsetLedger offsets,
        GroupSettings settings,
        StorageClock clock,
        ConditionalChange changes)
    {
        _tables = tables;
        _table = table;
        _index = index;
        _subscribed = subscribed;
        _offsets = offsets;
        _settings = settings;
        _clock = clock;
        _changes = changes;
    }

    /// <summary>Serves one request.</summary>
    /// <exception cref="StorageUnavailableException">
    /// Nothing was done; also when others kept changing the group, or too many requests wait for it.
    /// </exception>
    /// <exception cref="StorageOutcomeUnknownException">The request may have been done.</exception>
    public ValueTask<GroupOutcome> RunAsync(
        GroupId group, GroupRequest request, GroupView? known, CancellationToken cancellationToken)
    {
        var pending = new PendingRequest(request, known);
        lock (_lock)
        {
            if (_waiting.TryGetValue(group, out var queue))
            {
                if (queue.Count >= GroupLimits.WaitingMax)
                {
                    throw new StorageUnavailableException(
                        $"{GroupLimits.WaitingMax} requests wait for group '{group}', the most that may.");
                }

                queue.Enqueue(pending);
                return pending.WaitAsync(cancellationToken);
            }

            _waiting.Add(group, new Queue<PendingRequest>([pending]));
        }

        _ = ServeAsync(group);
        return pending.WaitAsync(cancellationToken);
    }

    private async Task ServeAsync(GroupId group)
    {
        while (Next(group) is { Count: > 0 } requests)
        {
            try
            {
                while (requests.Count > 0)
                {
                    EngineActivities.Become(requests[0].Activity);
                    await StepAsync(group, requests);
                }
            }
            catch (Exception exception)
            {
                // The loop outlives every fault: each is told to those that it concerns.
                requests.ForEach(pending => pending.Fail(exception));
            }
        }
    }

    // Null when nobody waits any more; the next request begins anew.
    private List<PendingRequest>? Next(GroupId group)
    {
        lock (_lock)
        {
            var queue = _waiting[group];
            var requests = new List<PendingRequest>();
            while (requests.Count < GroupLimits.RequestsPerStepMax && queue.TryDequeue(out var pending))
            {
                if (!pending.IsAbandoned)
                {
                    requests.Add(pending);
                }
            }

            if (requests.Count == 0)
            {
                _waiting.Remove(group);
                return null;
            }

            return requests;
        }
    }

    // Answers as many of the requests as one transaction takes, perhaps none, and removes them from the list.
    private async ValueTask StepAsync(GroupId group, List<PendingRequest> requests)
    {
        var needed = requests.Select(static pending => pending.Request.Member).OfType<InstanceId>().ToHashSet();
        var known = requests.Count == 1 ? requests[0].Known : null;
        var (step, _) = await _changes.RunAsync(
            $"Group '{group}'",
            GroupLimits.AttemptsMax,
            async _ =>
            {
                var (view, isFresh) = known is null
                    ? (await _table.ReadAsync(group, needed, CancellationToken.None), true)
                    : (known, false);
                known = null;
                var tried = await TryAsync(group, requests, view, isFresh, needed);
                return (tried is not null, tried);
            },
            CancellationToken.None);

        for (var at = 0; at < step!.Plan.Decisions.Length; at++)
        {
            Answer(requests[at], step.Plan, step.Plan.Decisions[at], step.View);
        }

        requests.RemoveRange(0, step.Plan.Decisions.Length);
        for (var at = 0; at < step.Plan.Unserved.Length; at++)
        {
            requests[at].Again |= step.Plan.Unserved[at] is GroupDecision.Accepted;
        }
    }

    private async ValueTask<Step?> TryAsync(
        GroupId group, List<PendingRequest> requests, GroupView view, bool isFresh, HashSet<InstanceId> needed)
    {
        var asked = requests.ConvertAll(static pending => pending.Request);
        var now = _clock.Read();
        var plan = await PlanAsync(view, isFresh, asked, now);
        var missing = plan.Decisions.OfType<GroupDecision.NeedsRow>().Select(static one => one.Instance).ToList();
        if (missing.Count > 0)
        {
            needed.UnionWith(missing);
            return null;
        }

        if (plan.ChangesNothing)
        {
            return new Step(plan, view);
        }

        if (view.Group is null)
        {
            await _index.AddAsync(group, CancellationToken.None);
        }

        IReadOnlyList<RowChange> changes =
        [
            .. view.ChangesTo(group, plan),
            .. await _offsets.PrepareAsync(
                group, [.. plan.Commits.Values], plan.Removed, now.Likely, CancellationToken.None),
        ];
        try
        {
            return changes.Count == 0 ? new Step(plan, view)
                : await _tables.ExecuteAsync(GroupKeys.Partition(group), changes, CancellationToken.None)
                    is TableTransaction.Committed committed
                        ? new Step(plan, _table.Written(group, view, plan, committed.Versions))
                        : null;
        }
        catch (StorageOutcomeUnknownException exception)
        {
            Doubt(requests, plan, exception);
            throw;
        }
    }

    // Only what was accepted may be stored now: a refusal is as certain as before.
    private static void Doubt(List<PendingRequest> requests, GroupPlan plan, StorageOutcomeUnknownException exception)
    {
        var decided = plan.Decisions.AddRange(plan.Unserved);
        for (var at = 0; at < decided.Length; at++)
        {
            if (decided[at] is GroupDecision.Accepted)
            {
                requests[at].Doubt = exception;
            }
        }
    }

    private async ValueTask<GroupPlan> PlanAsync(
        GroupView view, bool isFresh, List<GroupRequest> asked, StorageInstant now)
    {
        var topics = await _subscribed.FindAsync(view.Draft, asked, CancellationToken.None);
        while (true)
        {
            var settled = isFresh ? GroupMachine.Settle(view.Draft, topics, now, _settings) : view.Draft;
            var plan = IsSettled(settled, topics, now, isFresh)
                ? GroupMachine.Decide(view.Draft, settled, asked, topics, now)
                : new GroupPlan(view.Draft, settled);
            if (await _subscribed.VerifyAsync(plan, topics, CancellationToken.None) is not { } present)
            {
                return plan;
            }

            // Each round finds a topic that has changed since the one before, so this ends.
            topics = present;
        }
    }

    // When more members are to be expelled than one transaction takes, they go first, in steps that answer nobody: no
    // request is refused, and no partition kept, for the sake of the dead.
    private bool IsSettled(
        GroupDraft settled, IReadOnlyCollection<Topic> topics, StorageInstant now, bool isFresh) =>
        !isFresh || ReferenceEquals(GroupMachine.Settle(settled, topics, now, _settings), settled);

    private static void Answer(
        PendingRequest pending,
        GroupPlan plan,
        GroupDecision decision,
        GroupView view)
    {
        var doubt = pending.Doubt;
        switch (decision)
        {
            // It was there when this request first looked, so this request removed it.
            case GroupDecision.Refused { Error: GroupError.InstanceNotFound }
                when (doubt is not null || pending.Again) && Leaves(pending.Request):
                pending.Complete(new GroupOutcome.Done(null, []));
                break;

            // An earlier attempt may have moved the position, and later requests pushed its stamp out of the row: then
            // its records were taken, and nobody got them. The client must know, so that it can seek back.
            case GroupDecision.Refused { Error: GroupError.Superseded } when doubt is not null:
                pending.Fail(doubt);
                break;

            // An earlier attempt may have stored them, and something else, such as the member's end, came in between.
            case GroupDecision.Refused
                when doubt is not null && pending.Request is GroupRequest.Commit or GroupRequest.Alter:
                pending.Fail(doubt);
                break;

            case GroupDecision.Refused refused:
                pending.Complete(new GroupOutcome.Refused(refused.Error, refused.Detail));
                break;

            case GroupDecision.Accepted accepted:
                var shown = pending.Request.Member is { } id ? plan.Next.Shown(id) : null;
                pending.Complete(new GroupOutcome.Done(shown, accepted.Commits) { View = view });
                break;
        }
    }

    private static bool Leaves(GroupRequest request) => request is GroupRequest.Leave
        or GroupRequest.Heartbeat { Epoch: GroupRequest.Heartbeat.LeaveEpoch or GroupRequest.Heartbeat.AwayEpoch };

    private sealed record Step(GroupPlan Plan, GroupView View);
}
