using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// The records of one request, sorted into batches as they arrive; nothing is appended before all of them were
/// accepted. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// Made by <see cref="RecordProducer.Begin"/>. Records without key and partition share one partition, so they share a
/// batch; where the request has an idempotency key, the key decides which, so that every repetition goes there.
/// </remarks>
internal sealed class ProduceRequest
{
    private readonly ProduceConditions _conditions;
    private readonly EventLog _log;
    private readonly ApiSettings _settings;
    private readonly long _now;
    private readonly Dictionary<int, PartitionBatches> _partitions = [];
    private readonly List<Place> _places = [];
    private RequestFingerprint _fingerprint;
    private int? _keylessPartition;
    private int _added;

    internal ProduceRequest(
        Topic topic, ProduceConditions conditions, EventLog log, ApiSettings settings, DateTimeOffset now)
    {
        Topic = topic;
        _conditions = conditions;
        _log = log;
        _settings = settings;
        _now = now.ToUnixTimeMilliseconds();
    }

    /// <summary>The topic.</summary>
    public Topic Topic { get; }

    /// <summary>The number of records accepted so far; also the index of the next one.</summary>
    public int Count => _places.Count;

    /// <summary>What was added so far, where the request has a key.</summary>
    public RequestFingerprint Fingerprint => _fingerprint;

    internal IReadOnlyCollection<PartitionBatches> Partitions => _partitions.Values;

    internal IReadOnlyList<Place> Places => _places;

    /// <summary>Adds a record, or says why it is refused; then the others may be appended without it.</summary>
    /// <param name="record">The record; its buffers are copied.</param>
    /// <returns>Null when it was added.</returns>
    public Problem? Add(in ProduceRecord record)
    {
        if (_added++ >= _settings.RequestRecordsMax)
        {
            return Problem.RequestTooLarge($"A request may hold at most {_settings.RequestRecordsMax} records.");
        }

        if (_conditions.Request is not null)
        {
            _fingerprint.Add(record);
        }

        if (RecordRules.Check(Topic, _settings, record) is { } problem)
        {
            if (_conditions.Counts(problem))
            {
                BatchesOf(PartitionOf(record)).Skip();
            }

            return problem;
        }

        var timestamp = record.Timestamp ?? _now;
        var batches = BatchesOf(PartitionOf(record));
        batches.Add(_conditions.Traced(record, Topic, _settings), timestamp);
        var (batch, index) = (batches.OpenBatch, batches.OpenRecords - 1);
        _places.Add(new(batches.Partition, batch, index, timestamp, record.Timestamp.HasValue));
        return null;
    }

    private int PartitionOf(in ProduceRecord record) =>
        record.Partition
        ?? (record.Key is { } key
            ? Partitioner.PartitionOf(key.Span, Topic.PartitionCount)
            : _keylessPartition ??= _conditions.PartitionOfKeyless(Topic, _log));

    private PartitionBatches BatchesOf(int partition)
    {
        if (!_partitions.TryGetValue(partition, out var batches))
        {
            batches = new(partition, Topic.Config.MaxMessageBytes, _conditions);
            _partitions.Add(partition, batches);
        }

        return batches;
    }

    /// <summary>Where a record stands among the batches.</summary>
    internal readonly record struct Place(int Partition, int Batch, int Index, long Timestamp, bool HasOwnTimestamp);
}
