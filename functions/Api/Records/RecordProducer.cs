using Microsoft.Extensions.Logging;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>The one way in which records of all APIs reach the log.</summary>
/// <remarks>
/// Partitions are appended at the same time. Within a partition one batch follows the other. In a request that is
/// answered as a whole the first batch that fails ends its partition: what the log has is a prefix of what was asked.
/// Streams append batch by batch and state their own rule for what follows a failure.
/// </remarks>
internal sealed partial class RecordProducer(
    EventLog log,
    ICompression compression,
    ApiSettings settings,
    TimeProvider time,
    ILogger<RecordProducer> logger)
{
    /// <summary>Starts to collect the records of one request.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="conditions">What the request asks for beyond its records.</param>
    public ProduceRequest Begin(Topic topic, ProduceConditions conditions) =>
        new(topic, conditions, log, settings, time.GetUtcNow());

    /// <summary>Appends everything collected; no record of the request may be added afterwards.</summary>
    /// <param name="request">The records; at least one.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    /// <returns>What became of each record, in the order in which they were added.</returns>
    public async ValueTask<IReadOnlyList<ProducedRecord>> AppendAsync(
        ProduceRequest request, CancellationToken cancellationToken)
    {
        var appends = request.Partitions.ToDictionary(
            batches => batches.Partition,
            batches => AppendInOrderAsync(request, batches, cancellationToken));
        await Task.WhenAll(appends.Values);

        var answers = new Dictionary<int, BatchAnswer[]>(appends.Count);
        foreach (var (partition, append) in appends)
        {
            answers.Add(partition, await append);
        }

        return [.. request.Places.Select(place => Produced(place, answers[place.Partition][place.Batch]))];
    }

    /// <summary>Appends one batch and says what became of it.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    /// <param name="partition">A partition of it.</param>
    /// <param name="appends">What the request has sent there so far.</param>
    /// <param name="batch">The next batch of <paramref name="appends"/>; belongs to the log from now on.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    public async Task<BatchAnswer> AppendAsync(
        Topic topic, int partition, PartitionAppends appends, NumberedBatch batch, CancellationToken cancellationToken)
    {
        if (appends.Check(batch) is { } tooLarge)
        {
            return BatchAnswer.Failed(tooLarge);
        }

        var stored = new List<StoredRun>(1);
        var parts = new Stack<NumberedBatch>([batch]);
        while (parts.TryPop(out var part))
        {
            var (outcome, problem) = await TryAppendAsync(topic, partition, appends, part, cancellationToken);
            if (outcome is AppendOutcome.MustSplit split)
            {
                problem = BatchSplit.TrySplit(part, split.Count, appends, compression, parts);
            }

            if (problem is not null)
            {
                return new(stored, problem);
            }

            if (outcome is AppendOutcome.Appended appended)
            {
                var run = new StoredRun(
                    (int)(part.FirstOrdinal - batch.FirstOrdinal),
                    part.Records.RecordCount,
                    appended.BaseOffset,
                    appended.LogAppendTime,
                    appended.Duplicate);
                appends.Note(run);
                stored.Add(run);
            }
        }

        return new(stored, null);
    }

    private async ValueTask<(AppendOutcome? Outcome, Problem? Problem)> TryAppendAsync(
        Topic topic, int partition, PartitionAppends appends, NumberedBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await log.AppendAsync(
                topic, partition, batch.Records, appends.ConditionsOf(batch), cancellationToken);
            return (outcome, AppendProblems.Of(outcome, topic, partition, appends.Asked, batch.Records));
        }
        catch (Exception exception) when (exception
            is StorageUnavailableException or StorageOutcomeUnknownException or CorruptDataException)
        {
            // The other partitions of the request go their own way, so the fault becomes this batch's answer.
            var problem = Failures.ProblemOf(exception);
            LogNotAppended(logger, topic.Name.Value, partition, problem.Rule.Name, exception.Message);
            return (null, problem);
        }
    }

    private async Task<BatchAnswer[]> AppendInOrderAsync(
        ProduceRequest request, PartitionBatches partition, CancellationToken cancellationToken)
    {
        partition.Appends.Identify(request.Fingerprint);
        var batches = partition.Complete();
        var answers = new BatchAnswer[batches.Count];
        for (var i = 0; i < batches.Count; i++)
        {
            answers[i] = i > 0 && answers[i - 1].Problem is { } earlier
                ? BatchAnswer.NotTried(earlier)
                : await AppendAsync(
                    request.Topic, partition.Partition, partition.Appends, batches[i], cancellationToken);
        }

        return answers;
    }

    private static ProducedRecord Produced(in ProduceRequest.Place place, in BatchAnswer answer) =>
        answer.TryFind(place.Index, out var run)
            ? new(
                place.Partition,
                run.OffsetOf(place.Index),
                run.TimestampOf(place.Timestamp, place.HasOwnTimestamp),
                run.Duplicate,
                null)
            : new(place.Partition, -1, null, false, answer.Problem);

    [LoggerMessage(510, LogLevel.Warning, "A batch for {Topic}/{Partition} was answered {Code}: {Reason}")]
    private static partial void LogNotAppended(ILogger logger, string topic, int partition, string code, string reason);
}
