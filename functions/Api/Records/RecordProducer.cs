using Microsoft.Extensions.Logging;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Records;

/// <summary>The one way in which records of all three APIs reach the log.</summary>
/// <remarks>
/// Partitions are appended at the same time. Within a partition one batch follows the other. In a request that is
/// answered as a whole the first batch that fails ends its partition: what the log has is a prefix of what was asked.
/// Streams append batch by batch and state their own rule for what follows a failure.
/// </remarks>
internal sealed partial class RecordProducer(
    EventLog log, ApiSettings settings, TimeProvider time, ILogger<RecordProducer> logger)
{
    /// <summary>Starts to collect the records of one request.</summary>
    /// <param name="topic">The topic, as found in the catalog.</param>
    public ProduceRequest Begin(Topic topic) => new(topic, log, settings, time.GetUtcNow());

    /// <summary>Appends everything collected; no record of the request may be added afterwards.</summary>
    /// <param name="request">The records; at least one.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    /// <returns>What became of each record, in the order in which they were added.</returns>
    public async ValueTask<IReadOnlyList<ProducedRecord>> AppendAsync(
        ProduceRequest request, CancellationToken cancellationToken)
    {
        var appends = request.Partitions.ToDictionary(
            batches => batches.Partition,
            batches => AppendInOrderAsync(request.Topic, batches, cancellationToken));
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
    /// <param name="batch">Belongs to the log from now on.</param>
    /// <param name="cancellationToken">Abandons the wait, not the append.</param>
    public async Task<BatchAnswer> AppendAsync(
        Topic topic, int partition, RecordBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await log.AppendAsync(topic, partition, batch, cancellationToken) switch
            {
                AppendOutcome.Appended appended => new(appended.BaseOffset, appended.LogAppendTime, null),
                AppendOutcome.Throttled throttled => BatchAnswer.Failed(Problem.Throttled(throttled.RetryAfter)),
                AppendOutcome.UnknownTopicOrPartition =>
                    BatchAnswer.Failed(Problem.UnknownTopicOrPartition(topic.Name.Value, partition)),
                var outcome =>
                    throw new System.Diagnostics.UnreachableException($"No answer is defined for {outcome}."),
            };
        }
        catch (Exception exception) when (exception is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // The other partitions of the request go their own way, so the fault becomes this batch's answer.
            var problem = Failures.ProblemOf(exception);
            LogNotAppended(logger, topic.Name.Value, partition, problem.Rule.Name, exception.Message);
            return BatchAnswer.Failed(problem);
        }
    }

    private async Task<BatchAnswer[]> AppendInOrderAsync(
        Topic topic, PartitionBatches partition, CancellationToken cancellationToken)
    {
        var batches = partition.Complete();
        var answers = new BatchAnswer[batches.Count];
        for (var i = 0; i < batches.Count; i++)
        {
            answers[i] = i > 0 && answers[i - 1].Problem is { } earlier
                ? BatchAnswer.NotTried(earlier)
                : await AppendAsync(topic, partition.Partition, batches[i], cancellationToken);
        }

        return answers;
    }

    private static ProducedRecord Produced(in ProduceRequest.Place place, in BatchAnswer answer) =>
        answer.Problem is null
            ? new(place.Partition, answer.BaseOffset + place.Index, answer.LogAppendTime ?? place.Timestamp, null)
            : new(place.Partition, -1, place.Timestamp, answer.Problem);

    [LoggerMessage(510, LogLevel.Warning, "A batch for {Topic}/{Partition} was answered {Code}: {Reason}")]
    private static partial void LogNotAppended(ILogger logger, string topic, int partition, string code, string reason);
}
