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
    private int _kept;
    private int _held;
    private string? _stoppedAt;

    /// <summary>Visits all topics, as far as the limits let it.</summary>
    public async ValueTask<KeeperReport> VisitAllAsync(CancellationToken cancellationToken)
    {
        var begun = await table.BeginRunAsync(cancellationToken);
        await FinishDeletionsAsync(cancellationToken);
        await TryAsync(
            null,
            async () =>
            {
                await VisitAsync(name => !IsBefore(name, begun.Next), cancellationToken);
                if (begun.Next is not null)
                {
                    await VisitAsync(name => IsBefore(name, begun.Next), cancellationToken);
                }
            });
        await TryAsync(null, () => SweepCarriersAsync(cancellationToken));
        await TryAsync(null, () => ForgetTopicsGoneAsync(cancellationToken));
        var finished = begun with
        {
            FinishedAt = table.Now.ToUnixTimeMilliseconds(),
            Next = _stoppedAt,
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
        await KeepAsync(topic, cancellationToken);
        return Report(startedAt);
    }

    private static bool IsBefore(TopicName name, string? other) =>
        other is not null && string.CompareOrdinal(name.Value, other) < 0;

    private async ValueTask VisitAsync(Func<TopicName, bool> isWanted, CancellationToken cancellationToken)
    {
        await foreach (var topic in topics.ListAsync(cancellationToken))
        {
            if (_stoppedAt is not null || !isWanted(topic.Name))
            {
                continue;
            }

            if (_budget.IsSpent)
            {
                _stoppedAt = topic.Name.Value;
                return;
            }

            await KeepAsync(topic, cancellationToken);
        }
    }

    private async ValueTask KeepAsync(Topic topic, CancellationToken cancellationToken) =>
        await TryAsync(
            topic,
            async () =>
            {
                if (await table.TryTakeAsync(topic, cancellationToken) is not { } lease)
                {
                    _held++;
                    return;
                }

                _kept++;
                var visit = new TopicVisit(topic, lease, table, logs, strays, _budget);
                if (!await visit.RunAsync(cancellationToken) && _budget.IsSpent)
                {
                    _stoppedAt = topic.Name.Value;
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
            IsComplete: _stoppedAt is null && _budget.Did.Faults == 0,
            _budget.Did,
            _budget.Problems);
    }
}
