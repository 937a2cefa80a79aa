using System.Collections.Concurrent;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>The logs that a node knows something of: opened on use, and forgotten when they are idle and too many. Safe for
/// concurrent use.</summary>
/// <param name="context">What they share.</param>
internal sealed class OpenLogs(LogContext context)
{
    /// <summary>How many logs are ended, removed or closed at once.</summary>
    public const int AtOnce = 16;

    private readonly ConcurrentDictionary<PartitionId, PartitionLog> _logs = new();

    /// <summary>How many there are.</summary>
    public int Count => _logs.Count;

    /// <summary>The log of a partition; null when the topic has no such partition.</summary>
    public PartitionLog? Find(Topic topic, int partition) =>
        partition >= 0 && partition < topic.PartitionCount ? Get(new PartitionId(topic.Id, partition)) : null;

    /// <summary>The log of a partition.</summary>
    public PartitionLog Get(PartitionId partition)
    {
        if (_logs.TryGetValue(partition, out var known))
        {
            return known;
        }

        if (_logs.Count >= context.Settings.OpenLogsMax)
        {
            ForgetIdle();
        }

        return _logs.GetOrAdd(partition, static (id, context) => new PartitionLog(id, context), context);
    }

    /// <summary>The log of a partition if this node knows something of it, else null.</summary>
    public PartitionLog? FindOpen(PartitionId partition) => _logs.GetValueOrDefault(partition);

    /// <summary>Finishes what is in flight and gives the leases back, as far as the time goes.</summary>
    public async ValueTask CloseAsync()
    {
        using var limit = new CancellationTokenSource(context.Settings.CloseTimeout, context.Time);
        try
        {
            // In a fixed order, so that a simulation can replay it.
            var logs = _logs.OrderBy(static log => log.Key.Topic.Value).ThenBy(static log => log.Key.Index);
            foreach (var some in logs.Chunk(AtOnce))
            {
                // A write that has begun does not heed the limit.
                var ends = some.Select(log => log.Value.CloseAsync(limit.Token).AsTask());
                await Waits.ForAsync(Task.WhenAll(ends), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Leaving without giving a lease back is what a kill does, too: it runs out.
        }
    }

    // Opening again costs a query and a read; which idle logs go does not matter.
    private void ForgetIdle()
    {
        foreach (var (partition, log) in _logs)
        {
            if (log.IsIdle)
            {
                _logs.TryRemove(partition, out _);
            }
        }
    }
}
