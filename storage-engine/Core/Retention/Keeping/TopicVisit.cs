using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Keeps the logs of one topic, one behind the other, as long as the topic's lease holds.</summary>
/// <remarks>
/// A fault of one log is noted, and the others are kept nevertheless. What is left when the run's share is spent is
/// where the next run goes on.
/// </remarks>
/// <param name="topic">The topic, as found in the catalog.</param>
/// <param name="lease">Its lease, which says where to begin.</param>
/// <param name="table">The keepers' rows.</param>
/// <param name="logs">Keeps one log.</param>
/// <param name="strays">Finds copies that no row tells of.</param>
/// <param name="budget">What is left of the run's share.</param>
internal sealed class TopicVisit(
    Topic topic, TopicLease lease, KeeperTable table, LogKeeper logs, StrayCopies strays, KeeperBudget budget)
{
    // Null when another node has taken over.
    private TopicLease? _held = lease;
    private int _partition = lease.Row.Next;

    /// <summary>The partitions with which a next run goes on; empty also where another node goes on.</summary>
    public WorkLeft<int> Left { get; } = new();

    /// <summary>Does what is due from the lease's place on.</summary>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        while (_partition < topic.PartitionCount && !budget.IsSpent && await KeepLogAsync(cancellationToken))
        {
            _partition++;
            await RenewAsync(cancellationToken);
        }

        if (_held is not null && _partition < topic.PartitionCount)
        {
            Left.Note(_partition, isBegun: false);
        }

        if (_partition >= topic.PartitionCount && !budget.IsSpent && _held is { } visited && table.MayHaveStrays(visited))
        {
            await GiveUpStraysAsync(visited, cancellationToken);
        }

        if (_held is { Row: var last })
        {
            await SaveAsync(
                last with { FinishedAt = KeeperTimes.Milliseconds(table.Now), Next = Left.Next ?? 0 },
                cancellationToken);
        }
    }

    /// <summary>Says that the visit is alive, if that was not said for a while: between two steps, and while one
    /// lasts.</summary>
    /// <param name="cancellationToken">Abandons the write.</param>
    public async ValueTask RenewAsync(CancellationToken cancellationToken)
    {
        if (_held is { Row: var row } held && table.NeedsRenewal(held))
        {
            await SaveAsync(row with { Next = _partition }, cancellationToken);
        }
    }

    // Whether to go on with the next one.
    private async ValueTask<bool> KeepLogAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (rewritten, faults) = (budget.Did.BytesRewritten, budget.Did.Faults);
            var visit = await logs.KeepAsync(
                topic,
                _partition,
                budget,
                () => table.Now,
                did => GoOnAsync(did, cancellationToken),
                cancellationToken);
            budget.Spend(KeeperCounts.None);
            NoteFaults(budget.Did.Faults - faults);
            return Note(visit, isBegun: budget.Did.BytesRewritten > rewritten);
        }
        catch (Exception exception) when (LogContext.IsFault(exception))
        {
            Note(new KeeperProblem(table.Now, exception.Message, topic.Name.Value, _partition), exception);
            return _held is not null;
        }
    }

    // Whether to go on with the next one.
    private bool Note(LogVisit visit, bool isBegun)
    {
        if (visit == LogVisit.Postponed || (visit == LogVisit.CutOff && isBegun))
        {
            Left.Note(_partition, isBegun);
        }

        return _held is not null && (visit != LogVisit.CutOff || isBegun);
    }

    // Their bytes go with the next run.
    private async ValueTask GiveUpStraysAsync(TopicLease held, CancellationToken cancellationToken)
    {
        try
        {
            var givenUp = await strays.GiveUpAsync(topic.Id, cancellationToken);
            _held = held with { Row = held.Row with { ListedAt = KeeperTimes.Milliseconds(table.Now) } };
            if (givenUp > 0)
            {
                await GoOnAsync(new KeeperCounts { Steps = 1, CopiesGivenUp = givenUp }, cancellationToken);
            }
        }
        catch (Exception exception) when (LogContext.IsFault(exception))
        {
            Note(new KeeperProblem(table.Now, exception.Message, topic.Name.Value), exception);
        }
    }

    private void Note(KeeperProblem problem, Exception cause)
    {
        budget.Note(problem, cause is CorruptDataException);
        NoteFaults(1);
    }

    // What the run was told last goes into the topic's row, too.
    private void NoteFaults(long count)
    {
        if (count > 0 && _held is { Row: var row } held)
        {
            _held = held with
            {
                Row = row with { Did = row.Did + new KeeperCounts { Faults = count }, Problem = budget.LastProblem },
            };
        }
    }

    private async ValueTask<bool> GoOnAsync(KeeperCounts did, CancellationToken cancellationToken)
    {
        budget.Spend(did);
        return _held is { Row: var row }
            && await SaveAsync(row with { Next = _partition, Did = row.Did + did }, cancellationToken);
    }

    private async ValueTask<bool> SaveAsync(TopicKeeperRow row, CancellationToken cancellationToken)
    {
        _held = await table.SaveAsync(_held!, row, cancellationToken);
        return _held is not null;
    }
}
