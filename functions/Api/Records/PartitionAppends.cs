using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// The successive appends of one request to one partition. Counts the request's records, so that each batch can say
/// where it stands in the producer's sequence, or among the records of the request's key, and which offset it must get.
/// </summary>
/// <remarks>
/// Batches are built in the order of their records and appended in that order, one at a time. Building may go on
/// while one is appended.
/// </remarks>
/// <param name="asked">What the request asks for.</param>
/// <param name="codecs">For batches that the client built; null when all are built here.</param>
internal sealed class PartitionAppends(ProduceConditions asked, CountedCompression? codecs = null)
{
    private RequestKey? _request = asked.Request;
    private long _built;
    private long? _nextOffset = asked.NextOffset;

    /// <summary>What the request asks for.</summary>
    public ProduceConditions Asked => asked;

    /// <summary>Restores batches that the client compressed; null when there are none.</summary>
    public CountedCompression? Codecs => codecs;

    /// <summary>Tells the request from others with its key; before the first append.</summary>
    /// <param name="fingerprint">What the client wrote.</param>
    public void Identify(RequestFingerprint fingerprint) => _request = _request?.WithFingerprint(fingerprint.Value);

    /// <summary>Completes the batch that is being built, as the next one of the request.</summary>
    /// <param name="builder">Has at least one record.</param>
    public NumberedBatch Build(RecordBatchBuilder builder)
    {
        if (asked.Producer is { } producer)
        {
            builder.SetProducer(producer.Id, producer.Epoch, producer.SequenceAfter(_built));
        }

        return Take(builder.Build());
    }

    /// <summary>Takes a batch that the client built, as the next one of the request.</summary>
    public NumberedBatch Take(RecordBatch batch)
    {
        var numbered = new NumberedBatch(batch, _built);
        _built += batch.RecordCount;
        return numbered;
    }

    /// <summary>
    /// Counts a record that is refused and appended never: should a repetition find it acceptable, because a setting
    /// was changed in between, the records behind it are still recognised. No batch reaches across it.
    /// </summary>
    public void Skip() => _built++;

    /// <summary>Why a batch lies beyond what the log can number, or null.</summary>
    public Problem? Check(in NumberedBatch batch) =>
        _request is null || batch.FirstOrdinal + batch.Records.RecordCount <= int.MaxValue
            ? null
            : Problem.RequestTooLarge(
                $"A request with an Idempotency-Key may bring {int.MaxValue} records for each partition.");

    /// <summary>What the log is asked to check before it appends a batch.</summary>
    public AppendConditions ConditionsOf(in NumberedBatch batch) => asked == ProduceConditions.None
        ? AppendConditions.None
        : new AppendConditions
        {
            Request = _request?.After((int)batch.FirstOrdinal),
            NextOffset = _nextOffset,
            FencingToken = asked.FencingToken,
        };

    /// <summary>Takes note of where a batch was stored: <c>If-Match</c> holds for all batches of the request.</summary>
    public void Note(in StoredRun run) => _nextOffset = asked.NextOffset is null ? null : run.NextOffset;
}
