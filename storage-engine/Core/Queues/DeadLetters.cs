using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// Writes dead letters: a copy of each archiving record, with headers that say where it comes from and why (KIP-1191),
/// goes to the queue's dead-letter topic; then the record is archived.
/// </summary>
/// <remarks>
/// The state says which letters are to be written, so a crash in between loses none: whoever uses the partition next
/// writes them. Each letter is a request of its own to the log, named by the queue and its life, partition and offset, so
/// that one that is written again is recognised, for a day at least as long as no more than
/// <see cref="Producers.ProducerLimits.RequestRunsMax"/> others followed it.
/// </remarks>
internal sealed class DeadLetters(
    SharePartitionStore store, TopicCatalog topics, EventLog log, ICompression compression, TimeProvider time)
{
    // An HTTP client's idempotency key has no control characters, so none can be the same.
    private const string KeyMark = "\u0001dead letter";

    /// <summary>Writes the letters that are to be written, as far as storage lets it.</summary>
    /// <param name="view">The queue and its topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="memory">What restored batches count against; null for no bound.</param>
    /// <param name="cancellationToken">Abandons the work, which a later request goes on with.</param>
    /// <returns>Whether any was, so that the partition is worth another look.</returns>
    public async ValueTask<bool> TryWriteAsync(
        QueueView view, int partition, ByteShare? memory, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(view, partition, memory, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException
            or CorruptDataException)
        {
            // The request that comes by has its own outcome: what it acquired or did is stored already. The state still
            // says what is to be written, and the next request tries again; until then the records count as in flight.
            // Who reads a dead-letter topic that is damaged is told so; here its letters stay "archiving".
            return false;
        }
    }

    private async ValueTask<bool> WriteAsync(
        QueueView view, int partition, ByteShare? memory, CancellationToken cancellationToken)
    {
        // First stored, then written: nobody may deliver a record whose letter is out.
        var state = await store.ChangeAsync(
            view, partition, known: null, static settled => (settled, settled), cancellationToken);
        if (view.Settings.DeadLetterTopic is not { } name || !state.HasArchiving)
        {
            return false;
        }

        var target = await FindAsync(name, cancellationToken);
        var written = new HashSet<long>();
        foreach (var some in state.In(RecordState.Archiving).Chunk(QueueLimits.AtOnceMax))
        {
            // Read one after the other, since a batch may restore to a hundred times its size; appended together, so
            // that they share a block.
            var appends = new List<(long Offset, Task<AppendOutcome> Append)>(some.Length);
            foreach (var (offset, record) in some)
            {
                if (await LetterAsync(view, partition, target, offset, record, memory, cancellationToken) is { } letter)
                {
                    appends.Add((offset, AppendAsync(view, partition, target, offset, letter, cancellationToken)));
                }
            }

            await Task.WhenAll(appends.Select(static one => one.Append));
            foreach (var (offset, append) in appends)
            {
                if (await append is AppendOutcome.Appended)
                {
                    written.Add(offset);
                }
            }
        }

        return written.Count > 0 && await store.ChangeAsync(
            view, partition, known: null, now => (SharePartitionRules.Archive(now, written), true), cancellationToken);
    }

    /// <summary>The topic of a name, created with one partition when there is none.</summary>
    /// <exception cref="StorageUnavailableException">It could not be created.</exception>
    public async ValueTask<Topic> FindAsync(TopicName name, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(name, cancellationToken) is { } found)
        {
            return found;
        }

        return await topics.CreateAsync(name, 1, [], validateOnly: false, cancellationToken) switch
        {
            TopicCreation.Created created => created.Topic,
            TopicCreation.AlreadyExists existing => existing.Existing,
            var refused => throw new StorageUnavailableException(
                $"The dead-letter topic '{name}' could not be created: {refused}."),
        };
    }

    private async ValueTask<RecordBatch?> LetterAsync(
        QueueView view,
        int partition,
        Topic target,
        long offset,
        InFlightRecord record,
        ByteShare? memory,
        CancellationToken cancellationToken)
    {
        var fetched = await TryFetchAsync(view.Topic, partition, offset, memory, cancellationToken);
        if (fetched is { HasNoRoom: true })
        {
            return null;
        }

        var headers = HeadersOf(view, partition, offset, record);
        Record? original = fetched is { Records.Count: > 0 } ? fetched.Records[0] : null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();

        // A compacted topic takes no record without a key.
        var otherwise = target.Config.Compacts
            ? Encoding.UTF8.GetBytes($"{view.Id.Topic}-{partition}-{offset}")
            : default(ReadOnlyMemory<byte>?);
        return BatchOf(original, otherwise, now, headers, target.Config.MaxMessageBytes)
            ?? BatchOf(null, otherwise, now, headers, int.MaxValue)!;
    }

    /// <summary>Fetches the record of a letter; null when the log is damaged there.</summary>
    private async ValueTask<FetchedRecords?> TryFetchAsync(
        Topic topic, int partition, long offset, ByteShare? memory, CancellationToken cancellationToken)
    {
        try
        {
            var limits = new FetchLimits(1, 1, FirstAnyway: true, memory);
            return await new RecordFetch(log, compression, topic, partition, limits)
                .RunAsync([new OffsetRange(offset, 1)], cancellationToken);
        }
        catch (CorruptDataException)
        {
            // The letter reports it: it says where the record lies, and has nothing of it.
            return null;
        }
    }

    private Task<AppendOutcome> AppendAsync(
        QueueView view,
        int partition,
        Topic target,
        long offset,
        RecordBatch letter,
        CancellationToken cancellationToken)
    {
        var queue = $"{view.Id.Group}|{view.Queue.Life}|{view.Topic.Id}";
        var key = RequestKey.Of(target.Id, $"{KeyMark}|{queue}|{partition}|{offset}", firstOrdinal: 0);
        var conditions = new AppendConditions { Request = key };
        return log.AppendAsync(target, partition % target.PartitionCount, letter, conditions, cancellationToken)
            .AsTask();
    }

    // A record that nobody can read, that retention took, or that is too large for the topic leaves its headers only.
    private static RecordBatch? BatchOf(
        Record? original, ReadOnlyMemory<byte>? keyOtherwise, long now, RecordHeader[] headers, int bytesMax)
    {
        var builder = new RecordBatchBuilder();
        IReadOnlyList<RecordHeader> all = [.. original?.Headers ?? [], .. headers];
        var timestamp = Math.Max(0, original?.Timestamp ?? now);
        var key = original?.Key ?? keyOtherwise;
        if (builder.LengthAfter(timestamp, key, original?.Value, all) > bytesMax)
        {
            return null;
        }

        builder.Append(timestamp, key, original?.Value, all);
        return builder.Build();
    }

    private static RecordHeader[] HeadersOf(QueueView view, int partition, long offset, InFlightRecord record) =>
    [
        Header("topic", view.Id.Topic.Value),
        Header("partition", partition.ToString(CultureInfo.InvariantCulture)),
        Header("offset", offset.ToString(CultureInfo.InvariantCulture)),
        Header("group", view.Id.Group.Value),
        Header("delivery.count", record.Deliveries.ToString(CultureInfo.InvariantCulture)),
        Header("message", record.Cause switch
        {
            ArchiveCause.Rejected => "Rejected by a receiver.",
            ArchiveCause.Unreadable => "The batch that holds the record cannot be read.",
            _ => "Delivered as often as the queue allows, and never acknowledged.",
        }),
    ];

    private static RecordHeader Header(string name, string value) =>
        new($"__dlq.errors.{name}", Encoding.UTF8.GetBytes(value));
}
