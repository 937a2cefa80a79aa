using System.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>All partition logs as one node sees them: opens them on use, keeps no state that is not in the
/// store.</summary>
public sealed class EventLog : IAsyncDisposable
{
    /// <summary>Stands for the high watermark where an offset is asked for (Kafka's DeleteRecords).</summary>
    public const long ToHighWatermark = -1;

    private readonly LogContext _context;
    private readonly OpenLogs _logs;
    private readonly LogWaits _waits;
    private readonly StickyPartitions _sticky;
    private int _closed;

    /// <summary>Builds the node's view; touches no storage.</summary>
    /// <param name="segments">Where the logs lie; give it <see cref="BoundedSegmentStore"/> around the adapter.</param>
    /// <param name="tables">
    /// Where lease, head and segment rows lie; give it <see cref="BoundedTableStore"/> around the adapter.
    /// </param>
    /// <param name="compression">The codecs; used only to look for a timestamp inside a compressed batch.</param>
    /// <param name="node">Who this node is.</param>
    /// <param name="settings">The limits of this node.</param>
    /// <param name="meters">The counters; owned by the caller.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness; safe for several threads at once, since nonces come from
    /// it.</param>
    public EventLog(
        ISegmentStore segments,
        ITableStore tables,
        ICompression compression,
        NodeIdentity node,
        EventLogSettings settings,
        EngineMeters meters,
        TimeProvider time,
        Random random)
    {
        settings.Tuning.Check();
        settings.Shared.Check();
        _context = new LogContext(
            new SharedSegmentStore(new SharedContext(
                segments,
                settings.SegmentAccounts,
                tables,
                settings.Shared,
                new RecentPieces(settings.SharedRecentBytesMax),
                meters,
                time,
                random)),
            tables,
            node,
            settings,
            new BlockCache(settings.CacheBytesMax),
            new ByteBudget(settings.PendingBytesTotalMax),
            new OpeningMemory(settings.Tuning.OpeningReadBytesTotalMax),
            new ByteBudget(settings.Tuning.LoadingBytesTotalMax),
            compression,
            meters,
            time,
            random,
            Report);
        _logs = new OpenLogs(_context);
        _waits = new LogWaits(_logs, time);
        _sticky = new StickyPartitions(time, random);
    }

    /// <summary>
    /// Is told of each mistake of the program in work that no request waits for, such as following a tail or keeping
    /// the rows of a log. That work goes on; on any thread, so be quick and throw nothing.
    /// </summary>
    public event Action<Exception>? BackgroundFailed;

    /// <summary>Appends one batch and answers when the storage service has committed it.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="batch">At most <c>max.message.bytes</c> long; belongs to the log from now on. Never append the
    /// same instance twice.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    /// <returns>One of the definite outcomes; a batch with a producer id is judged by the rules of idempotent
    /// producers.</returns>
    /// <exception cref="StorageOutcomeUnknownException">The batch may be in the log, or may still get
    /// there.</exception>
    /// <exception cref="StorageUnavailableException">The batch is not in the log because of this call and will not
    /// be.</exception>
    public ValueTask<AppendOutcome> AppendAsync(
        Topic topic, int partition, RecordBatch batch, CancellationToken cancellationToken) =>
        AppendAsync(topic, partition, batch, AppendConditions.None, cancellationToken);

    /// <summary>Appends one batch if some conditions hold, and answers when the storage service has committed
    /// it.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="batch">At most <c>max.message.bytes</c> long; belongs to the log from now on, until the answer is
    /// <see cref="AppendOutcome.MustSplit"/>. Never append the same instance twice.</param>
    /// <param name="conditions">What must hold. A batch with a producer id has no
    /// <see cref="AppendConditions.Request"/>.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    /// <returns>One of the definite outcomes.</returns>
    /// <exception cref="StorageOutcomeUnknownException">The batch may be in the log, or may still get
    /// there.</exception>
    /// <exception cref="StorageUnavailableException">The batch is not in the log because of this call and will not
    /// be.</exception>
    public ValueTask<AppendOutcome> AppendAsync(
        Topic topic,
        int partition,
        RecordBatch batch,
        AppendConditions conditions,
        CancellationToken cancellationToken)
    {
        Invariant.Holds(batch.Length <= Blocks.BlockFormat.BatchBytesMax);
        if (conditions.Request is { } request)
        {
            Invariant.Holds(batch.ProducerId < 0 && request.Request != 0 && request.FirstOrdinal >= 0);
            Invariant.Holds(request.FirstOrdinal <= int.MaxValue - batch.RecordCount);
        }

        return _logs.Find(topic, partition) is { } log
            ? LogCalls.AppendAsync(
                log,
                _context,
                topic,
                partition,
                new AppendRequest(batch, NewFencingToken: null, conditions, topic.Config.LogAppendTime),
                cancellationToken)
            : ValueTask.FromResult<AppendOutcome>(new AppendOutcome.UnknownTopicOrPartition());
    }

    /// <summary>Sets a partition's fencing token: from then on, appends that state another one are refused.</summary>
    /// <remarks>
    /// It is stored in the log like a batch, so everyone sees it at the same place. Setting the token that is there
    /// already changes nothing and succeeds, so that a lost answer can be asked for again.
    /// </remarks>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="token">At most <see cref="AppendConditions.FencingTokenBytesMax"/> bytes of UTF-8; empty for
    /// none.</param>
    /// <param name="conditions">What must hold; a request cannot be named.</param>
    /// <param name="cancellationToken">Abandons the wait, not the setting.</param>
    /// <returns><see cref="AppendOutcome.Fenced"/>, or a refusal.</returns>
    /// <exception cref="StorageOutcomeUnknownException">The token may be set, or may still be.</exception>
    /// <exception cref="StorageUnavailableException">The token was not set by this call and will not be.</exception>
    public async ValueTask<AppendOutcome> FenceAsync(
        Topic topic, int partition, string token, AppendConditions conditions, CancellationToken cancellationToken)
    {
        Invariant.Holds(Encoding.UTF8.GetByteCount(token) <= AppendConditions.FencingTokenBytesMax);
        Invariant.Holds(conditions.Request is null);
        return _logs.Find(topic, partition) is { } log
            ? await log.AppendAsync(
                topic,
                new AppendRequest(Batch: null, token, conditions, StampsLogAppendTime: false),
                cancellationToken)
            : new AppendOutcome.UnknownTopicOrPartition();
    }

    /// <summary>Reads batches from <paramref name="offset"/> on, as far as the log goes now; never waits for new
    /// records.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="offset">The first offset wanted.</param>
    /// <param name="bytesMax">Stop before this many bytes are exceeded; but one batch is returned in any case.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public ValueTask<FetchOutcome> FetchAsync(
        Topic topic, int partition, long offset, int bytesMax, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log
            ? LogCalls.FetchAsync(log, _context, topic, partition, offset, bytesMax, cancellationToken)
            : ValueTask.FromResult<FetchOutcome>(new FetchOutcome.UnknownTopicOrPartition());

    /// <summary>
    /// Forgets what is in memory of a partition's sealed segments: readers of this node see at once what was compacted.
    /// Those of others see it within <see cref="LogTuning.CompactedAgeMax"/>.
    /// </summary>
    /// <param name="partition">The partition; nothing happens unless it is open here.</param>
    internal void ForgetSealed(PartitionId partition) => _logs.FindOpen(partition)?.ForgetSealed();

    /// <summary>Waits until at least one partition has a record at or behind the given position, or the time is
    /// over.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="positions">One position for each partition of interest.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>True when there is something to fetch (or the topic is gone: fetch to see), false when the time is
    /// over.</returns>
    /// <remarks>While anyone waits, one reader per log and node polls the store; nobody waiting, nothing is
    /// read.</remarks>
    public ValueTask<bool> WaitAsync(
        Topic topic, IReadOnlyList<PartitionPosition> positions, TimeSpan timeout, CancellationToken cancellationToken) =>
        _waits.WaitAsync(topic, positions, timeout, cancellationToken);

    /// <summary>What all logs of this node share.</summary>
    internal LogContext Context => _context;

    /// <summary>What the node holds now.</summary>
    public NodeGauges Gauges => new(_logs.Count, _context.Pending.Taken, _context.Cache.Bytes);

    /// <summary>Whether <see cref="EndWaits"/> was called; whoever waits again and again should stop.</summary>
    public bool WaitsEnded => _waits.HaveEnded;

    /// <summary>
    /// Ends every wait, now and from now on, as if its time were over: a node that leaves keeps no reader. Appends and
    /// fetches go on.
    /// </summary>
    public void EndWaits() => _waits.End();

    /// <summary>The ends of a partition, no older than this call; null when topic or partition is gone.</summary>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async ValueTask<PartitionOffsets?> GetOffsetsAsync(
        Topic topic, int partition, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log ? await log.GetOffsetsAsync(cancellationToken) : null;

    /// <summary>The active segment of a partition, no older than this call; all 0 when nothing was ever appended, null
    /// when topic or partition is gone.</summary>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async ValueTask<ActiveSegment?> GetActiveSegmentAsync(
        Topic topic, int partition, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log ? await log.GetActiveSegmentAsync(cancellationToken) : null;

    /// <summary>A partition's fencing token, no older than this call, empty when it has none; null when topic or
    /// partition is gone.</summary>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async ValueTask<string?> GetFencingTokenAsync(
        Topic topic, int partition, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log ? await log.GetFencingTokenAsync(cancellationToken) : null;

    /// <summary>The first record whose timestamp is at or after <paramref name="timestamp"/> (milliseconds since
    /// 1970); null when topic or partition is gone.</summary>
    /// <remarks>"First" by offset, as Kafka's ListOffsets: timestamps need not be in order.</remarks>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async ValueTask<TimestampLookup?> FindOffsetAsync(
        Topic topic, int partition, long timestamp, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log ? await log.FindOffsetAsync(timestamp, cancellationToken) : null;

    /// <summary>Deletes all records of a partition before an offset: raises its log start offset, durably.</summary>
    /// <remarks>Their bytes go with their segments, when the keeper comes by.</remarks>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="beforeOffset">The first offset that stays, at most the high watermark;
    /// <see cref="ToHighWatermark"/> for all that are there now.</param>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <exception cref="StorageUnavailableException">It may have happened; asking again is safe.</exception>
    public async ValueTask<DeleteRecordsOutcome> DeleteRecordsAsync(
        Topic topic, int partition, long beforeOffset, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log
            ? await log.DeleteRecordsAsync(beforeOffset, cancellationToken)
            : new DeleteRecordsOutcome.UnknownTopicOrPartition();

    /// <summary>
    /// Makes a segment one that the log has left: seals it if it is the active one and has records, begins the next
    /// one, and moves the head row there. The next one has a blob of its own: in a shared log it would keep from going what lies
    /// around it, for as long as nobody writes. Idempotent; for the keeper, when an idle log's last segment must go or be
    /// rewritten.
    /// </summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">0 to <c>PartitionCount - 1</c>.</param>
    /// <param name="segment">The segment as judged; another active one is left as it is.</param>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <returns>Whether the head row lies behind the segment now.</returns>
    /// <exception cref="StorageUnavailableException">Call again later; what was done stays done.</exception>
    internal async ValueTask<bool> LeaveSegmentAsync(
        Topic topic, int partition, SegmentName segment, CancellationToken cancellationToken) =>
        _logs.Find(topic, partition) is { } log
        && await log.LeaveSegmentAsync(segment, default, cancellationToken);

    /// <summary>
    /// The partition that records without a key should go to now: one that this node leads or, as far as it knows,
    /// could lead. Stays the same for a while, so that batches grow (KIP-480, KIP-794).
    /// </summary>
    public int ChoosePartition(Topic topic) => _sticky.Choose(
        topic.Id,
        topic.PartitionCount,
        partition => _logs.FindOpen(new PartitionId(topic.Id, partition)) is not { IsLedElsewhere: true });

    /// <summary>
    /// Ends a deleted topic's logs: afterwards no node can append to them, and their segments are removed. Idempotent;
    /// an interrupted call is completed by the next one.
    /// </summary>
    /// <param name="topic">The life of the topic that ended.</param>
    /// <param name="partitionCount">How many partitions it had.</param>
    /// <param name="cancellationToken">Abandons the work between two steps.</param>
    /// <exception cref="StorageUnavailableException">Call again later; what was done stays done.</exception>
    public ValueTask DeleteLogsAsync(TopicId topic, int partitionCount, CancellationToken cancellationToken) =>
        new LogDeletion(_logs, _context).RunAsync(topic, partitionCount, cancellationToken);

    /// <summary>Finishes what is in flight, gives its leases back, and stops reading.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
        {
            return;
        }

        EndWaits();
        await _logs.CloseAsync();
    }

    private void Report(Exception failure)
    {
        _context.Meters.BackgroundFailures.Add(1);
        BackgroundFailed?.Invoke(failure);
    }
}
