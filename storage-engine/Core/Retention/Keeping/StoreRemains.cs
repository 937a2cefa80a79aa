using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>What a run does beside the logs of the topics: ends deletions, and takes away carriers and rows that nothing
/// needs any more.</summary>
/// <param name="topics">The topics.</param>
/// <param name="table">The keepers' rows.</param>
/// <param name="strays">Finds copies that no row tells of.</param>
/// <param name="budget">What is left of the run's share.</param>
/// <param name="context">The clock and the segments.</param>
internal sealed class StoreRemains(
    TopicCatalog topics, KeeperTable table, StrayCopies strays, KeeperBudget budget, LogContext context)
{
    // Rows of topics that no run has visited for so long are looked at: the topics may be gone.
    private static readonly TimeSpan RowAgeMax = TimeSpan.FromDays(1);

    /// <summary>Ends deletions of topics that were interrupted, for as long as this part of the run lasts: one large topic
    /// must not take the time of all others.</summary>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    /// <returns>Whether time was enough; else the next run goes on, with what is still there.</returns>
    public async ValueTask<bool> FinishDeletionsAsync(CancellationToken cancellationToken)
    {
        if (budget.IsSpent)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(budget.TimeLeft, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await budget.TryAsync(
                Now,
                topic: null,
                () => topics.FinishDeletionsAsync(
                    damaged => budget.Note(new KeeperProblem(table.Now, damaged.Message), isDamage: true), either.Token));
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Sweeps all shared logs, behind the topics: their segments have just left them.</summary>
    /// <param name="from">The shared log to begin with; null for the first.</param>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    /// <returns>The shared log with which the next run goes on; null when all were swept.</returns>
    public async ValueTask<string?> SweepCarriersAsync(string? from, CancellationToken cancellationToken)
    {
        string? left = null;
        await budget.TryAsync(
            Now,
            topic: null,
            async () =>
            {
                left = await SweepAsync(log => string.CompareOrdinal(log.Value, from) >= 0, cancellationToken);
                left = from is null || left is not null
                    ? left
                    : await SweepAsync(log => string.CompareOrdinal(log.Value, from) < 0, cancellationToken);
            });
        return left;
    }

    /// <summary>Deletes the own shared logs of topics that are gone.</summary>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    public ValueTask DeleteStrayLogsAsync(CancellationToken cancellationToken) =>
        budget.IsSpent
            ? ValueTask.CompletedTask
            : budget.TryAsync(
                Now, topic: null, () => new StrayLogs(topics, context.Segments).DeleteAsync(cancellationToken));

    /// <summary>Forgets the rows of topics that have been gone for a day.</summary>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    public ValueTask ForgetTopicsGoneAsync(CancellationToken cancellationToken) => budget.TryAsync(
        Now,
        topic: null,
        async () =>
        {
            await foreach (var row in table.ListTopicsAsync(after: null, cancellationToken))
            {
                if (budget.IsSpent)
                {
                    return;
                }

                if (KeeperTimes.HasPassed(row.WrittenAt, RowAgeMax, table.Now)
                    && TopicName.TryParse(TopicKeeperRow.Decode(row).Topic, out var name, out _)
                    && (await topics.FindAnewAsync(name, cancellationToken))?.Id != KeeperKeys.TopicOf(row.Key))
                {
                    await strays.DeleteAllAsync(KeeperKeys.TopicOf(row.Key), cancellationToken);
                    await table.ForgetAsync(row, cancellationToken);
                }
            }
        });

    // The first one for which the run had no share left, or null.
    private async ValueTask<string?> SweepAsync(Func<SharedLogId, bool> isWanted, CancellationToken cancellationToken)
    {
        await foreach (var log in context.Segments.FindLogsAsync("", cancellationToken))
        {
            if (!isWanted(log))
            {
                continue;
            }

            if (!budget.IsSpent)
            {
                await budget.TryAsync(Now, topic: null, () => SweepAsync(log, cancellationToken));
            }

            if (budget.IsSpent)
            {
                return log.Value;
            }
        }

        return null;
    }

    private async ValueTask SweepAsync(SharedLogId log, CancellationToken cancellationToken)
    {
        var (carriers, bytes) = await context.Segments.SweepAsync(log, () => !budget.IsSpent, cancellationToken);
        budget.Spend(new KeeperCounts { CarriersDeleted = carriers, BytesOfCarriersDeleted = bytes });
    }

    private DateTimeOffset Now() => table.Now;
}
