using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// Serves all queues on any node: share consumption with Kafka's meaning (KIP-932), record by record, with the state of
/// each partition in one row.
/// </summary>
/// <remarks>
/// Keeps nothing of a queue in memory but its settings, for a second. Every method may throw
/// <see cref="StorageUnavailableException"/>, and <see cref="StorageOutcomeUnknownException"/> where it writes.
/// </remarks>
public sealed class QueueCoordinator
{
    // A queue or a topic that is created again while a request looks it up is met once; twice would be a mistake here.
    private const int LooksMax = 4;

    private readonly TopicCatalog _topics;
    private readonly EventLog _log;
    private readonly TimeProvider _time;
    private readonly QueueCatalog _queues;
    private readonly SharePartitionStore _store;
    private readonly PartitionGates _gates = new();
    private readonly DeadLetters _letters;
    private readonly QueueReceiver _receiver;

    /// <summary>Touches no storage.</summary>
    /// <param name="tables">Where the rows of the queues lie.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="log">The records.</param>
    /// <param name="compression">The codecs.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness; safe for several threads at once.</param>
    public QueueCoordinator(
        ITableStore tables,
        TopicCatalog topics,
        EventLog log,
        ICompression compression,
        TimeProvider time,
        Random random)
    {
        (_topics, _log, _time) = (topics, log, time);
        _queues = new QueueCatalog(tables, log, time, random);
        _store = new SharePartitionStore(tables, topics, _queues, time, random);
        _letters = new DeadLetters(_store, topics, log, compression, time);
        _receiver = new QueueReceiver(_store, _gates, _letters, log, compression, time, random);
    }

    /// <summary>Creates a queue, or changes its settings.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="settings">What it shall be. The dead-letter topic is created with one partition when it is
    /// missing.</param>
    /// <param name="cancellationToken">Abandons the wait; the change may happen nevertheless.</param>
    public async ValueTask<QueueChange> PutAsync(
        QueueId id, QueueSettings settings, CancellationToken cancellationToken)
    {
        if (await _topics.FindAsync(id.Topic, cancellationToken) is not { } topic)
        {
            return new QueueChange.TopicNotFound();
        }

        if ((settings.Check(id.Topic) ?? ProblemOf(topic)) is { } broken)
        {
            return new QueueChange.Refused(broken);
        }

        if (settings.DeadLetterTopic is { } name)
        {
            await _letters.FindAsync(name, cancellationToken);
        }

        var (queue, created) = await _queues.PutAsync(id, topic, settings, cancellationToken);
        return new QueueChange.Stored(queue, created);
    }

    /// <summary>Deletes a queue; what it has acquired is nobody's any more.</summary>
    /// <returns>Whether there was one.</returns>
    public ValueTask<bool> DeleteAsync(QueueId id, CancellationToken cancellationToken) =>
        _queues.DeleteAsync(id, cancellationToken);

    /// <summary>All queues of a topic.</summary>
    public async IAsyncEnumerable<ShareGroup> ListAsync(
        TopicName topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var queue in _queues.ListAsync(topic, cancellationToken))
        {
            yield return queue;
        }
    }

    /// <summary>A queue and how far it has got; null when the topic or the queue does not exist.</summary>
    public ValueTask<QueueDescription?> DescribeAsync(QueueId id, CancellationToken cancellationToken) =>
        LookingAgainAsync(async () =>
        {
            if (await _topics.FindAsync(id.Topic, cancellationToken) is not { } topic
                || await _queues.FindAsync(id, cancellationToken) is not { } queue)
            {
                return null;
            }

            var view = new QueueView(queue, topic);
            var all = await _store.ReadAllAsync(view, cancellationToken);
            var partitions = new List<SharePartitionDescription>();
            foreach (var some in Enumerable.Range(0, all.Count).Chunk(QueueLimits.AtOnceMax))
            {
                var ends = await Task.WhenAll(
                    some.Select(partition => _log.GetOffsetsAsync(topic, partition, cancellationToken).AsTask()));
                partitions.AddRange(some.Select((partition, at) =>
                    Describe(partition, _store.Settle(view, all[partition]), ends[at] ?? default)));
            }

            return new QueueDescription(queue, partitions);
        });

    /// <summary>
    /// Gives a receiver the next records, as soon as there are any, or none when the time is over. A queue that does
    /// not exist is created with Kafka's defaults.
    /// </summary>
    /// <param name="id">The queue.</param>
    /// <param name="request">What the receiver asks for.</param>
    /// <param name="cancellationToken">Abandons the wait; records may be acquired nevertheless.</param>
    public async ValueTask<ReceiveOutcome> ReceiveAsync(
        QueueId id, ReceiveRequest request, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var passes = 1; ; passes++)
        {
            var (outcome, view, wait) = await LookingAgainAsync(() => PassAsync(id, request, cancellationToken));
            if (view is null || wait is null)
            {
                return outcome;
            }

            if (wait.IsDue)
            {
                continue;
            }

            var left = request.Wait - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || _log.WaitsEnded)
            {
                return outcome;
            }

            await _receiver.WaitAsync(view, wait, left, passes, cancellationToken);
        }
    }

    /// <summary>Does what a receiver says of records that it holds.</summary>
    /// <param name="id">The queue.</param>
    /// <param name="tokens">At most <see cref="QueueLimits.RecordsPerRequestMax"/>, as they came.</param>
    /// <param name="acknowledgement">What the receiver says.</param>
    /// <param name="memory">
    /// What batches that are restored for dead letters count against; the caller's. Null for no bound.
    /// </param>
    /// <param name="cancellationToken">Abandons the wait; it may be done nevertheless.</param>
    /// <exception cref="StorageUnavailableException">Nothing was done for any token.</exception>
    /// <exception cref="StorageOutcomeUnknownException">It may have been done for some tokens.</exception>
    public ValueTask<AcknowledgeOutcome> AcknowledgeAsync(
        QueueId id,
        IReadOnlyList<string> tokens,
        Acknowledgement acknowledgement,
        ByteShare? memory,
        CancellationToken cancellationToken) =>
        LookingAgainAsync(async () =>
        {
            if (await _topics.FindAsync(id.Topic, cancellationToken) is not { } topic)
            {
                return (AcknowledgeOutcome)new AcknowledgeOutcome.TopicNotFound();
            }

            return await _queues.FindAsync(id, cancellationToken) is { } queue
                ? new AcknowledgeOutcome.Done(
                    await new TokenBatch(_store, _gates, _letters, new QueueView(queue, topic), memory)
                        .RunAsync(tokens, acknowledgement, cancellationToken))
                : new AcknowledgeOutcome.QueueNotFound();
        });

    // One look. How to wait for the next one stands beside an outcome that more time may better.
    private async ValueTask<(ReceiveOutcome Outcome, QueueView? View, ReceiveWait? Wait)> PassAsync(
        QueueId id, ReceiveRequest request, CancellationToken cancellationToken)
    {
        if (await _topics.FindAsync(id.Topic, cancellationToken) is not { } topic)
        {
            return (new ReceiveOutcome.TopicNotFound(), null, null);
        }

        if (ProblemOf(topic) is not null)
        {
            return (new ReceiveOutcome.TooManyPartitions(topic.PartitionCount), null, null);
        }

        var queue = await _queues.FindAsync(id, cancellationToken)
            ?? (await _queues.PutAsync(id, topic, settings: null, cancellationToken)).Queue;
        var view = new QueueView(queue, topic);
        var (taken, wait) = await _receiver.TakeAsync(view, request, cancellationToken);
        if (taken is { Records.Count: 0, HasNoRoom: true })
        {
            return (new ReceiveOutcome.NoRoom(), null, null);
        }

        var received = new ReceiveOutcome.Received(taken.Records, queue.Settings.LockDuration);
        if (taken.Records.Count > 0)
        {
            return (received, null, null);
        }

        var isDue = await _receiver.TryLearnTimeAsync(view, wait, cancellationToken);
        return (received, view, wait with { IsDue = isDue });
    }

    // What a request had looked up can be over when it comes to the rows; nothing was done then.
    private static async ValueTask<T> LookingAgainAsync<T>(Func<ValueTask<T>> look)
    {
        for (var looks = 1; ; looks++)
        {
            try
            {
                return await look();
            }
            catch (StaleViewException) when (looks < LooksMax)
            {
                // Whoever threw it has read the new ones.
            }
            catch (StaleViewException exception)
            {
                throw new StorageUnavailableException(
                    $"The queue or its topic was created again {looks} times while this request looked.", exception);
            }
        }
    }

    private static string? ProblemOf(Topic topic) => topic.PartitionCount > QueueLimits.PartitionsMax
        ? $"Topic '{topic.Name}' has {topic.PartitionCount} partitions; a queue may be on "
            + $"{QueueLimits.PartitionsMax} at most."
        : null;

    private static SharePartitionDescription Describe(int partition, SharePartition state, PartitionOffsets ends)
    {
        var present = SharePartitionRules.PassOver(state, ends.LogStartOffset);
        var acquired = present.In(RecordState.Acquired).ToList();
        var done = present.Records.Count(static record => record.IsDone);
        return new SharePartitionDescription(
            partition,
            present.StartOffset,
            present.EndOffset,
            ends.HighWatermark,
            acquired.Count,
            present.In(RecordState.Archiving).Count(),
            Math.Max(0, ends.HighWatermark - present.StartOffset - done),
            acquired.CountBy(static one => one.Record.Lock?.Receiver ?? "")
                .OrderBy(static one => one.Key, StringComparer.Ordinal)
                .ToDictionary(static one => one.Key, static one => one.Value));
    }
}
