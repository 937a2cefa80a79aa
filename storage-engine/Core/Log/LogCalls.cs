using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>What clients ask of logs, as meters and traces see it.</summary>
internal static class LogCalls
{
    /// <summary>Appends a batch to a log.</summary>
    public static async ValueTask<AppendOutcome> AppendAsync(
        PartitionLog log,
        LogContext context,
        Topic topic,
        int partition,
        AppendRequest request,
        CancellationToken cancellationToken)
    {
        using var activity = EngineActivities.StartAppend(topic, partition, request.Batch!);
        try
        {
            // As in Kafka's brokers before anything else, so also for a repeat of what an uncompacted topic took.
            var outcome = AppendRules.JudgeKeys(topic, partition, request.Batch!, context.Compression)
                ?? await log.AppendAsync(topic, request, cancellationToken);
            context.Meters.Log.CountAppend(OutcomeNames.OfAppend(outcome));
            EngineActivities.End(activity, OutcomeNames.OfAppend(outcome));
            return outcome;
        }
        catch (Exception exception)
        {
            context.Meters.Log.CountAppend(OutcomeNames.Of(exception));
            EngineActivities.End(activity, OutcomeNames.Of(exception));
            throw;
        }
    }

    /// <summary>Fetches from a log.</summary>
    public static async ValueTask<FetchOutcome> FetchAsync(
        PartitionLog log,
        LogContext context,
        Topic topic,
        int partition,
        long offset,
        int bytesMax,
        CancellationToken cancellationToken)
    {
        using var activity = EngineActivities.StartFetch(topic, partition, offset);
        var began = context.Time.GetTimestamp();
        try
        {
            var outcome = await log.FetchAsync(topic, offset, bytesMax, cancellationToken);
            context.Meters.Log.CountFetch(OutcomeNames.OfFetch(outcome), outcome, context.Time.GetElapsedTime(began));
            EngineActivities.EndFetch(activity, outcome, offset);
            EngineActivities.End(activity, OutcomeNames.OfFetch(outcome));
            return outcome;
        }
        catch (Exception exception)
        {
            context.Meters.Log.CountFetch(OutcomeNames.Of(exception), null, context.Time.GetElapsedTime(began));
            EngineActivities.End(activity, OutcomeNames.Of(exception));
            throw;
        }
    }
}
