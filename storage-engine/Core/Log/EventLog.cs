using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>All partition logs as one node sees them: opens them on use, keeps no state that is not in the store.</summary>
public sealed class EventLog : IAsyncDisposable
{
    /// <summary>Builds the node's view; touches no storage.</summary>
    /// <param name="segments">Where the logs lie.</param>
    /// <param name="tables">Where lease, head and segment rows lie.</param>
    /// <param name="node">Who this node is.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public EventLog(
        Storage.ISegmentStore segments,
        Storage.ITableStore tables,
        NodeIdentity node,
        EventLogSettings settings,
        TimeProvider time,
        Random random)
    {
    }

    /// <summary>Appends one batch and answers when the storage service has committed it.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="batch">At most <c>max.message.bytes</c> long; belongs to the log from now on. Never append the same instance twice.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    /// <returns>One of the definite outcomes.</returns>
    /// <exception cref="Storage.StorageOutcomeUnknownException">The batch may be in the log, or may still get there.</exception>
    /// <exception cref="Storage.StorageUnavailableException">The batch is not in the log and will not be.</exception>
    public ValueTask<AppendOutcome> AppendAsync(
        Topic topic, int partition, RecordBatch batch, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");

    /// <summary>Reads batches from <paramref name="offset"/> on, as far as the log goes now; never waits for new records.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="offset">The first offset wanted.</param>
    /// <param name="bytesMax">Stop before this many bytes are exceeded; but one batch is returned in any case.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    public ValueTask<FetchOutcome> FetchAsync(
        Topic topic, int partition, long offset, int bytesMax, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");

    /// <summary>Waits until at least one partition has a record at or behind the given position, or the time is over.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="positions">One position for each partition of interest.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>True when there is something to fetch (or the topic is gone: fetch to see), false when the time is over.</returns>
    /// <remarks>While anyone waits, one reader per log and node polls the store; nobody waiting, nothing is read.</remarks>
    public ValueTask<bool> WaitAsync(
        Topic topic, IReadOnlyList<PartitionPosition> positions, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");

    /// <summary>The ends of a partition, no older than this call; null when topic or partition is gone.</summary>
    public ValueTask<PartitionOffsets?> GetOffsetsAsync(Topic topic, int partition, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");

    /// <summary>The first record whose timestamp is at or after <paramref name="timestamp"/> (milliseconds since 1970), or null.</summary>
    /// <remarks>"First" by offset, as Kafka's ListOffsets: timestamps need not be in order.</remarks>
    public ValueTask<OffsetAndTimestamp?> FindOffsetAsync(
        Topic topic, int partition, long timestamp, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");

    /// <summary>
    /// The partition that records without a key should go to now: one that this node leads, else one that it can lead.
    /// Stays the same for a while, so that batches grow (KIP-480, KIP-794).
    /// </summary>
    public int ChoosePartition(Topic topic) => throw new InvalidOperationException("pending");

    /// <summary>
    /// Ends a deleted topic's logs: afterwards no node can append to them, and their segments are removed. Idempotent;
    /// an interrupted call is completed by the next one.
    /// </summary>
    public ValueTask DeleteLogsAsync(TopicId topic, int partitionCount, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");

    /// <summary>Finishes what is in flight, gives its leases back, and stops reading.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
