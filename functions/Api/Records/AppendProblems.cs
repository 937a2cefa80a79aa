using System.Diagnostics;
using System.Globalization;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>What the log's refusals are called here. Pure.</summary>
internal static class AppendProblems
{
    /// <summary>The problem that an outcome is.</summary>
    /// <param name="outcome">Of an append, or of setting a fencing token.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="asked">What the request asked for.</param>
    /// <param name="batch">The batch; null where a fencing token was to be set.</param>
    /// <returns>Null when it is none, or when the batch is to be split.</returns>
    public static Problem? Of(
        AppendOutcome outcome, Topic topic, int partition, ProduceConditions asked, RecordBatch? batch = null) =>
        outcome switch
        {
            AppendOutcome.Appended or AppendOutcome.Fenced or AppendOutcome.MustSplit => null,
            AppendOutcome.Throttled throttled => Problem.Throttled(throttled.RetryAfter),
            AppendOutcome.UnknownTopicOrPartition => Problem.UnknownTopicOrPartition(topic.Name.Value, partition),
            AppendOutcome.InvalidRecord { Index: { } index } invalid => new(
                ProblemCode.InvalidRecord, $"Record {index} of its batch, and with it the batch: {invalid.Reason}"),
            AppendOutcome.InvalidRecord invalid => new(ProblemCode.InvalidRecord, invalid.Reason),
            AppendOutcome.OutOfOrderSequence gap => Of(gap, partition, batch!),
            AppendOutcome.InvalidProducerEpoch stale => Of(stale, partition, batch!.ProducerId),
            AppendOutcome.NextOffsetMismatch actual => Of(actual, partition, asked),
            AppendOutcome.FencingTokenMismatch actual => Of(actual, partition, asked),
            AppendOutcome.RequestKeyReused => new(
                ProblemCode.IdempotencyKeyReused,
                $"Another request was stored under the Idempotency-Key {Quotation.Of(asked.Key)} in partition "
                + $"{partition}. A repetition brings the same records from the first one on; a new request needs a key "
                + "of its own."),
            AppendOutcome.TooManyProducers full => Of(full, partition),
            _ => throw new UnreachableException($"No answer is defined for {outcome}."),
        };

    private static Problem Of(AppendOutcome.OutOfOrderSequence gap, int partition, RecordBatch batch) => new Problem(
        ProblemCode.OutOfOrderSequenceNumber,
        gap.IsNewEpoch
            ? $"Epoch {batch.ProducerEpoch} of producer {batch.ProducerId} is new in partition {partition} and begins "
                + $"at sequence number {gap.Expected}; {gap.Received} came."
            : $"Producer {batch.ProducerId} goes on with sequence number {gap.Expected} in partition {partition}; "
                + $"{gap.Received} came" + (IsBehind(gap) ? ", so records are missing in between."
                    : ", and what it repeats is older than the last five batches.")).With(json =>
        {
            json.WriteNumber("expected", gap.Expected);
            json.WriteNumber("received", gap.Received);
        });

    // In a count that wraps, the nearer way round decides.
    private static bool IsBehind(AppendOutcome.OutOfOrderSequence gap) =>
        (((long)gap.Received - gap.Expected) & int.MaxValue) <= int.MaxValue / 2;

    private static Problem Of(AppendOutcome.InvalidProducerEpoch stale, int partition, long producerId) =>
        new Problem(
            ProblemCode.InvalidProducerEpoch,
            $"Producer {producerId} writes to partition {partition} with epoch {stale.Current}; "
            + $"{stale.Received} is over. POST /api/v1/producers gives a new one.").With(json =>
            {
                json.WriteNumber("current_epoch", stale.Current);
                json.WriteNumber("received_epoch", stale.Received);
            });

    private static Problem Of(AppendOutcome.NextOffsetMismatch actual, int partition, ProduceConditions asked) =>
        new Problem(
            ProblemCode.NextOffsetMismatch,
            $"If-Match was {asked.NextOffset}; the next offset of partition {partition} is {actual.NextOffset}.").With(
                json => json.WriteNumber("next_offset", actual.NextOffset));

    private static Problem Of(AppendOutcome.FencingTokenMismatch actual, int partition, ProduceConditions asked) =>
        new Problem(
            ProblemCode.FencingTokenMismatch,
            $"Fencing-Token was {Quotation.Of(asked.FencingToken)}; "
            + (actual.Current.Length == 0
                ? $"partition {partition} has no fencing token."
                : $"the fencing token of partition {partition} is {Quotation.Of(actual.Current)}.")).With(
                    json => json.WriteString("fencing_token", actual.Current));

    private static Problem Of(AppendOutcome.TooManyProducers full, int partition) => new(
        ProblemCode.Throttled,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Partition {partition} remembers {full.Remembered:N0} idempotent producers, and each of them wrote within "
            + $"the last {full.Idle.TotalMinutes:0.#} minutes. Try again when one was idle for so long, share "
            + $"producers between writers, or send the request with an Idempotency-Key and no producer."))
    {
        Title = "The partition remembers as many idempotent producers as it can.",
        RetryAfter = full.RetryAfter,
    };
}
