using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Keeps the logs of one topic, one behind the other, as long as the topic's lease holds.</summary>
/// <remarks>
/// A fault of one log is noted, and the others are kept nevertheless. What is left when the run's share is spent is
/// where the next run goes on.
/// </remarks>
/// <param name="table">The keepers' rows.</param>
/// <param name="logs">Keeps one log.</param>
/// <param name="settings">The limits.</param>
/// <param name="time">The only clock.</param>
internal sealed class TopicKeeper(KeeperTable table, LogKeeper logs, KeeperSettings settings, TimeProvider time)
{
    // A lease is renewed behind each step, and this often while there is nothing to do.
    private const int RenewalsPerLease = 4;

    /// <summary>Does what is due for a topic.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="lease">The topic's lease.</param>
    /// <param name="budget">What is left of the run's share.</param>
    /// <param name="cancellationToken">Abandons the work; what was done stays done.</param>
    /// <returns>Whether all partitions from the lease's place on were visited.</returns>
    public async ValueTask<bool> KeepAsync(
        Topic topic, TopicLease lease, KeeperBudget budget, CancellationToken cancellationToken)
    {
        TopicLease? held = lease;
        var savedAt = time.GetTimestamp();
        var partition = lease.Row.Next;
        while (partition < topic.PartitionCount && !budget.IsSpent && await KeepLogAsync(partition))
        {
            partition++;
            if (held is not null && time.GetElapsedTime(savedAt) >= settings.LeaseDuration / RenewalsPerLease)
            {
                await SaveAsync(held.Row with { Next = partition });
            }
        }

        var isComplete = partition >= topic.PartitionCount;
        if (held is not null)
        {
            await SaveAsync(held.Row with
            {
                FinishedAt = table.Now.ToUnixTimeMilliseconds(),
                Next = isComplete ? 0 : partition,
            });
        }

        return isComplete;

        // Whether to go on with the next one.
        async ValueTask<bool> KeepLogAsync(int index)
        {
            try
            {
                var isDone = await logs.KeepAsync(
                    topic, index, budget, () => table.Now, GoOnAsync, cancellationToken);
                budget.Spend(KeeperCounts.None);
                return isDone && held is not null;
            }
            catch (Exception exception) when (LogContext.IsFault(exception))
            {
                var problem = new KeeperProblem(table.Now, exception.Message, topic.Name.Value, index);
                budget.Note(problem);
                if (held is { Row: var row } found)
                {
                    held = found with
                    {
                        Row = row with { Did = row.Did + new KeeperCounts { Faults = 1 }, Problem = problem },
                    };
                }

                return held is not null;
            }
        }

        async ValueTask<bool> GoOnAsync(KeeperCounts did)
        {
            budget.Spend(did);
            return held is { Row: var row }
                && await SaveAsync(row with { Next = partition, Did = row.Did + did });
        }

        async ValueTask<bool> SaveAsync(TopicKeeperRow row)
        {
            held = await table.SaveAsync(held!, row, cancellationToken);
            savedAt = time.GetTimestamp();
            return held is not null;
        }
    }
}
