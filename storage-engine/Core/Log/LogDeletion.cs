using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Ends the logs of a deleted topic and removes what there is of them.</summary>
/// <remarks>
/// Order of effects: end, bytes, rows. An append in the network finds the end of the log or no segment, never room; and
/// an interrupted deletion is completed by the next one, since the rows go last.
/// </remarks>
/// <param name="logs">The logs of this node.</param>
/// <param name="context">What they share.</param>
internal sealed class LogDeletion(OpenLogs logs, LogContext context)
{
    /// <inheritdoc cref="EventLog.DeleteLogsAsync"/>
    public async ValueTask RunAsync(TopicId topic, int partitionCount, CancellationToken cancellationToken)
    {
        await ForEachAsync(topic, partitionCount, log => log.EndAsync(cancellationToken));
        await context.Segments.RemoveTopicAsync(topic, cancellationToken);
        foreach (var prefix in new[] { LogKeys.SegmentPrefix(topic), LogKeys.CopiesPrefix(topic) })
        {
            await foreach (var segment in context.Segments.ListAsync(prefix, cancellationToken))
            {
                await context.Segments.DeleteAsync(segment, cancellationToken);
            }
        }

        await ForEachAsync(topic, partitionCount, log => log.RemoveRowsAsync(cancellationToken));
    }

    private async ValueTask ForEachAsync(TopicId topic, int partitionCount, Func<PartitionLog, ValueTask> work)
    {
        foreach (var partitions in Enumerable.Range(0, partitionCount).Chunk(OpenLogs.AtOnce))
        {
            await Task.WhenAll(partitions.Select(
                partition => work(logs.Get(new PartitionId(topic, partition))).AsTask()));
        }
    }
}
