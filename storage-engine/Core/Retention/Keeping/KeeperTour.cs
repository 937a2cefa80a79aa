using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>One run of a keeper: from the log at which the last run left work once round all topics, and what there is
/// to do beside.</summary>
/// <param name="topics">The topics.</param>
/// <param name="table">The keepers' rows.</param>
/// <param name="logs">Keeps one log.</param>
/// <param name="strays">Finds copies that no row tells of.</param>
/// <param name="pulse">Tells that a step is alive.</param>
/// <param name="settings">The limits.</param>
/// <param name="context">The clock and the meters.</param>
internal sealed class KeeperTour(
    TopicCatalog topics,
    KeeperTable table,
    LogKeeper logs,
    StrayCopies strays,
    StepPulse pulse,
    KeeperSettings settings,
    LogContext context)
{
    // Which part of a run's time is over when deletions, and then topics, must end: neither may keep what comes behind
    // from ever being done.
    private const double DeletionsEnd = 1.0 / 6;
    private const double TopicsEnd = 5.0 / 6;

    private readonly KeeperBudget _budget = new(settings, context.Time);
    private readonly WorkLeft<(string Topic, int Partition)> _left = new();
    private int _kept;
    private int _held;

    /// <summary>Visits all topics, as far as the limits let it.</summary>
    public async ValueTask<KeeperReport> VisitAllAsync(CancellationToken cancellationToken)
    {
        var begun = await table.BeginRunAsync(cancellationToken);
        var remains = new StoreRemains(topics, table, strays, _budget, context);
        _budget.Begin(DeletionsEnd);
        var areDeleted = await remains.FinishDeletionsAsync(cancellationToken);
        _budget.Begin(TopicsEnd);
        await _budget.TryAsync(Now, null, () => VisitAsync(begun, again: false, cancellationToken));
        if (begun.Next is not null)
        {
            await _budget.TryAsync(Now, null, () => VisitAsync(begun, again: true, cancellationToken));
        }

        _budget.Begin(1);
        var nextShared = await remains.SweepCarriersAsync(begun.NextShared, cancellationToken);
        await remains.DeleteStrayLogsAsync(cancellationToken);
        await remains.ForgetTopicsGoneAsync(cancellationToken);
        var hasMore = !areDeleted || nextShared is not null || _left.Next is not null;
        var finished = begun with
        {
            FinishedAt = table.Now.ToUnixTimeMilliseconds(),
            Complete = IsComplete(hasMore),
            Next = _left.Next?.Topic,
            NextPartition = _left.Next is { Partition: > 0 and var partition } ? partition : null,
            NextShared = nextShared,
            Did = _budget.Did,
            Problem = _budget.LastProblem,
        };
        await table.EndRunAsync(finished, cancellationToken);
        return Report(DateTimeOffset.FromUnixTimeMilliseconds(begun.StartedAt!.Value), hasMore);
    }

    /// <summary>Visits one topic.</summary>
    public async ValueTask<KeeperReport> VisitAsync(Topic topic, CancellationToken cancellationToken)
    {
        await table.LearnTimeAsync(cancellationToken);
        var startedAt = table.Now;
        await KeepAsync(topic, from: null, cancellationToken);
        return Report(startedAt, hasMore: _left.Next is not null);
    }

    private DateTimeOffset Now() => table.Now;

    // First the topics from the place on where the last run left work, then those before it, and that place's own topic
    // again if its first partitions are still to be visited.
    private async ValueTask VisitAsync(KeeperRunRow begun, bool again, CancellationToken cancellationToken)
    {
        var from = again ? null : begun.Next;
        await foreach (var topic in topics.ListFromAsync(from, NoteDamage, cancellationToken))
        {
            var isPlace = topic.Name.Value == begun.Next;
            if (again && IsVisited(topic.Name, begun))
            {
                return;
            }

            if (_budget.IsSpent)
            {
                _left.Note((topic.Name.Value, 0), isBegun: false);
                return;
            }

            var (kept, held) = (_kept, _held);
            await KeepAsync(topic, isPlace && !again ? begun.NextPartition ?? 0 : 0, cancellationToken);
            (_kept, _held) = isPlace && again ? (kept, held) : (_kept, _held);
        }
    }

    private static bool IsVisited(TopicName topic, KeeperRunRow begun) =>
        string.CompareOrdinal(topic.Value, begun.Next) is var order
        && (order > 0 || (order == 0 && begun.NextPartition is null));

    private async ValueTask KeepAsync(Topic topic, int? from, CancellationToken cancellationToken) =>
        await _budget.TryAsync(
            Now,
            topic.Name,
            async () =>
            {
                if (await table.TryTakeAsync(topic, from, cancellationToken) is not { } lease)
                {
                    _held++;
                    return;
                }

                _kept++;
                var visit = new TopicVisit(topic, lease, table, logs, strays, _budget);
                pulse.Tell(() => visit.RenewAsync(cancellationToken));
                try
                {
                    await visit.RunAsync(cancellationToken);
                }
                finally
                {
                    pulse.Tell(null);
                }

                if (visit.Left.Next is { } partition)
                {
                    _left.Note((topic.Name.Value, partition), visit.Left.IsBegun);
                }
            });

    private void NoteDamage(CorruptDataException damaged) =>
        _budget.Note(new KeeperProblem(table.Now, damaged.Message), isDamage: true);

    private bool IsComplete(bool hasMore) => !hasMore && _budget.Did.Faults == 0;

    private KeeperReport Report(DateTimeOffset startedAt, bool hasMore)
    {
        KeeperMeters.Count(context.Meters, _budget.Did);
        return new KeeperReport(
            startedAt, table.Now, _kept, _held, IsComplete(hasMore), hasMore, _budget.Did, _budget.Problems);
    }
}
