using System.Diagnostics;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>What the log's refusals are called here. Pure.</summary>
internal static class AppendProblems
{
    /// <summary>The problem that an outcome is.</summary>
    /// <param name="outcome">Of an append, or of setting a fencing token.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="producerId">The idempotent producer of the batch, or -1.</param>
    /// <returns>Null when it is none, or when the batch is to be split.</returns>
    public static Problem? Of(AppendOutcome outcome, Topic topic, int partition, long producerId = -1) =>
        outcome switch
        {
            AppendOutcome.Appended or AppendOutcome.Fenced or AppendOutcome.MustSplit => null,
            AppendOutcome.Throttled throttled => Problem.Throttled(throttled.RetryAfter),
            AppendOutcome.UnknownTopicOrPartition => Problem.UnknownTopicOrPartition(topic.Name.Value, partition),
            AppendOutcome.OutOfOrderSequence gap => Of(gap, partition, producerId),
            AppendOutcome.InvalidProducerEpoch stale => Of(stale, partition, producerId),
            AppendOutcome.NextOffsetMismatch actual => Of(actual, partition),
            AppendOutcome.FencingTokenMismatch actual => Of(actual, partition),
            AppendOutcome.RequestKeyReused => new(
                ProblemCode.IdempotencyKeyReused,
                "Another request was stored under this Idempotency-Key. A repetition brings the same records from the "
                + "first one on; a new request needs a key of its own."),
            AppendOutcome.TooManyProducers full => Of(full, partition),
            _ => throw new UnreachableException($"No answer is defined for {outcome}."),
        };

    private static Problem Of(AppendOutcome.OutOfOrderSequence gap, int partition, long producerId) => new Problem(
        ProblemCode.OutOfOrderSequenceNumber,
        $"Producer {producerId} goes on with sequence number {gap.Expected} in partition {partition}; "
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

    private static Problem Of(AppendOutcome.NextOffsetMismatch actual, int partition) => new Problem(
        ProblemCode.NextOffsetMismatch,
        $"The next offset of partition {partition} is {actual.NextOffset}.").With(
            json => json.WriteNumber("next_offset", actual.NextOffset));

    private static Problem Of(AppendOutcome.FencingTokenMismatch actual, int partition) => new Problem(
        ProblemCode.FencingTokenMismatch,
        actual.Current.Length == 0
            ? $"Partition {partition} has no fencing token."
            : $"The fencing token of partition {partition} is {Quotation.Of(actual.Current)}.").With(
                json => json.WriteString("fencing_token", actual.Current));

    private static Problem Of(AppendOutcome.TooManyProducers full, int partition) => new(
        ProblemCode.Throttled,
        $"Partition {partition} remembers as many idempotent producers as it can, and all of them have written lately.")
    {
        RetryAfter = full.RetryAfter,
    };
}
