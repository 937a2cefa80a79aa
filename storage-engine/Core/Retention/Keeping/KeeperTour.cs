using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>One run of a keeper: from the topic at which the last run stopped once round all topics.</summary>
/// <param name="topics">The topics.</param>
/// <param name="table">The keepers' rows.</param>
/// <param name="logs">Keeps one log.</param>
/// <param name="strays">Finds copies that no row tells of.</param>
/// <param name="settings">The limits.</param>
/// <param name="context">The clock and the meters.</param>
internal sealed class KeeperTour(
    TopicCatalog topics,
    KeeperTable table,
    LogKeeper logs,
    StrayCopies strays,
    KeeperSettings settings,
    LogContext context)
{
    // Rows of topics that no run has visited for so long are looked at: the topics may be gone.
    private static readonly TimeSpan RowAgeMax = TimeSpan.FromDays(1);

    private readonly KeeperBudget _budget = new(settings, context.Time);
    private readonly WorkLeft<(string Topic, int Partition)> _left = new();
    private int _kept;
    private int _held;

    /// <summary>Visits all topics, as far as the limits let it.</summary>
    public async ValueTask<KeeperReport> VisitAllAsync(CancellationToken cancellationToken)
    {
        var begun = await table.BeginRunAsync(cancellationToken);
        await FinishDeletionsAsync(cancellationToken);
        await TryAsync(
            null,
            async () =>
            {
                await VisitAsync(begun, again: false, cancellationToken);
                if (begun.Next is not null && !_budget.IsSpent)
                {
                    await VisitAsync(begun, again: true, cancellationToken);
                }
            });
        await TryAsync(null, () => SweepCarriersAsync(cancellationToken));
        await TryAsync(null, () => ForgetTopicsGoneAsync(cancellationToken));
        var finished = begun with
        {
            FinishedAt = table.Now.ToUnixTimeMilliseconds(),
            Next = _left.Next?.Topic,
            NextPartition = _left.Next is { Partition: > 0 and var partition } ? partition : null,
            Did = _budget.Did,
            Problem = _budget.LastProblem,
        };
        await table.EndRunAsync(finished, cancellationToken);
        return Report(DateTimeOffset.FromUnixTimeMilliseconds(begun.StartedAt!.Value));
    }

    /// <summary>Visits one topic.</summary>
    public async ValueTask<KeeperReport> VisitAsync(Topic topic, CancellationToken cancellationToken)
    {
        await table.LearnTimeAsync(cancellationToken);
        var startedAt = table.Now;
        await KeepAsync(topic, from: null, cancellationToken);
        return Report(startedAt);
    }

    // First the topics from the place on where the last run left work, then those before it, and that place's own topic
    // again if its first partitions are still to be visited.
    private async ValueTask VisitAsync(KeeperRunRow begun, bool again, CancellationToken cancellationToken)
    {
        await foreach (var topic in topics.ListAsync(cancellationToken))
        {
            var order = string.CompareOrdinal(topic.Name.Value, begun.Next);
            if (again ? order > 0 || (order == 0 && begun.NextPartition is null) : order < 0)
            {
                continue;
            }

            if (_budget.IsSpent)
            {
                _left.Note((topic.Name.Value, 0), isBegun: false);
                return;
            }

            var (kept, held) = (_kept, _held);
            await KeepAsync(topic, !again && order == 0 ? begun.NextPartition ?? 0 : 0, cancellationToken);
            (_kept, _held) = again && order == 0 ? (kept, held) : (_kept, _held);
        }
    }

    private async ValueTask KeepAsync(Topic topic, int? from, CancellationToken cancellationToken) =>
        await TryAsync(
            topic,
            async () =>
            {
                if (await table.TryTakeAsync(topic, from, cancellationToken) is not { } lease)
                {
                    _held++;
                    return;
                }

                _kept++;
                var visit = new TopicVisit(topic, lease, table, logs, strays, _budget);
                await visit.RunAsync(cancellationToken);
                if (visit.Left.Next is { } partition)
                {
                    _left.Note((topic.Name.Value, partition), visit.Left.IsBegun);
                }
            });

    private ValueTask FinishDeletionsAsync(CancellationToken cancellationToken) =>
        TryAsync(null, () => topics.FinishDeletionsAsync(
            damaged => _budget.Note(new KeeperProblem(table.Now, damaged.Message)), cancellationToken));

    // Behind the topics: their segments have just left the shared logs.
    private async ValueTask SweepCarriersAsync(CancellationToken cancellationToken)
    {
        await foreach (var log in context.Segments.FindLogsAsync("", cancellationToken))
        {
            if (_budget.IsSpent)
            {
                return;
            }

            await TryAsync(
                null,
                async () =>
                {
                    var (carriers, bytes) = await context.Segments.SweepAsync(log, cancellationToken);
                    _budget.Spend(new KeeperCounts { CarriersDeleted = carriers, BytesOfCarriersDeleted = bytes });
                });
        }
    }

    private async ValueTask ForgetTopicsGoneAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in table.ListTopicsAsync(after: null, cancellationToken))
        {
            if (KeeperTimes.HasPassed(row.WrittenAt, RowAgeMax, table.Now)
                && TopicName.TryParse(TopicKeeperRow.Decode(row).Topic, out var name, out _)
                && (await topics.FindAnewAsync(name, cancellationToken))?.Id != KeeperKeys.TopicOf(row.Key))
            {
                await strays.DeleteAllAsync(KeeperKeys.TopicOf(row.Key), cancellationToken);
                await table.ForgetAsync(row, cancellationToken);
            }
        }
    }

    // What fails here must not keep the rest from being done, and is never passed over in silence.
    private async ValueTask TryAsync(Topic? topic, Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (LogContext.IsFault(exception))
        {
            _budget.Note(new KeeperProblem(table.Now, exception.Message, topic?.Name.Value));
        }
    }

    private KeeperReport Report(DateTimeOffset startedAt)
    {
        KeeperMeters.Count(context.Meters, _budget.Did);
        return new KeeperReport(
            startedAt,
            table.Now,
            _kept,
            _held,
            IsComplete: _left.Next is null && _budget.Did.Faults == 0,
            _budget.Did,
            _budget.Problems);
    }
}
