using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Trim;

/// <summary>
/// <c>POST …/partitions/{partition}:trim</c> and <c>POST /api/v1/topics/{topic}:trim</c>: Kafka's DeleteRecords. What lies
/// before the offset cannot be read any more, at once; its bytes go later.
/// </summary>
internal static class PostTrim
{
    // Each trim reads the log's end and writes a row or two; more at once would only queue at the table.
    private const int PartitionsAtOnce = 16;

    public static async Task<IResult> OfPartitionAsync(
        HttpContext context, Engine engine, string topic, string partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found { Partition: { } index } found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        var body = await SmallBody.ReadAsync(context.Request, TrimBodies.Default.TrimPartitionBody);
        if (body.BeforeOffset is not { } before)
        {
            return new ProblemResult(Missing("'before_offset'"));
        }

        var outcome = await engine.Log.DeleteRecordsAsync(found.Topic, index, before, context.RequestAborted);
        return TrimAnswer.ProblemOf(outcome, topic, index, before) is { } problem
            ? new ProblemResult(problem)
            : new JsonResult(json => TrimAnswer.Write(json, index, (DeleteRecordsOutcome.Deleted)outcome));
    }

    public static async Task<IResult> OfTopicAsync(HttpContext context, Engine engine, string topic)
    {
        var search = await engine.FindAsync(topic, partition: null, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        var body = await SmallBody.ReadAsync(context.Request, TrimBodies.Default.TrimTopicBody);
        if (Check(body, found.Topic) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var trims = body.Partitions!.Select(static entry => (entry!.Partition!.Value, entry.BeforeOffset!.Value));
        var results = new List<Result>();
        foreach (var some in trims.Chunk(PartitionsAtOnce))
        {
            results.AddRange(await Task.WhenAll(
                some.Select(trim => TrimAsync(engine, found.Topic, trim, context.RequestAborted))));
        }

        return new JsonResult(json => Write(json, results));
    }

    // A fault is the result of its partition: the others go their own way.
    private static async Task<Result> TrimAsync(
        Engine engine, Topic topic, (int Partition, long Before) trim, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await engine.Log.DeleteRecordsAsync(topic, trim.Partition, trim.Before, cancellationToken);
            return new Result(
                trim.Partition,
                outcome as DeleteRecordsOutcome.Deleted,
                TrimAnswer.ProblemOf(outcome, topic.Name.Value, trim.Partition, trim.Before));
        }
        catch (Exception exception)
            when (exception is StorageUnavailableException or StorageOutcomeUnknownException or CorruptDataException)
        {
            return new Result(trim.Partition, null, Failures.ProblemOf(exception));
        }
    }

    private static Problem? Check(TrimTopicBody body, Topic topic)
    {
        if (body.Partitions is not { Count: > 0 } entries)
        {
            return Problem.InvalidRequest("'partitions' is missing or empty; it names what to trim.");
        }

        var seen = new HashSet<int>();
        foreach (var entry in entries)
        {
            if (entry?.Partition is not { } partition)
            {
                return Problem.InvalidRequest("'partition' of an entry of 'partitions' is missing.");
            }

            if (partition < 0 || partition >= topic.PartitionCount)
            {
                return Problem.UnknownTopicOrPartition(topic.Name.Value, partition);
            }

            if (!seen.Add(partition))
            {
                return Problem.InvalidRequest($"Partition {partition} is there twice.");
            }

            if (entry.BeforeOffset is null)
            {
                return Missing($"'before_offset' of partition {partition}");
            }
        }

        return null;
    }

    private static Problem Missing(string name) => Problem.InvalidRequest(
        $"{name} is missing; it is the first offset that stays, or -1 for the high watermark.");

    private static void Write(Utf8JsonWriter json, List<Result> results)
    {
        json.WriteStartArray("partitions");
        foreach (var result in results)
        {
            json.WriteStartObject();
            if (result.Deleted is { } deleted)
            {
                TrimAnswer.Write(json, result.Partition, deleted);
            }
            else
            {
                WriteRefusal(json, result.Partition, result.Problem!);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRefusal(Utf8JsonWriter json, int partition, Problem problem)
    {
        if (problem.Members is null)
        {
            json.WriteNumber("partition", partition);
        }

        problem.Members?.Invoke(json);
        json.WriteString("code", problem.Rule.Name);
        json.WriteString("detail", problem.Detail);
        json.WriteString("side_effects", ProblemRules.NameOf(problem.Effects ?? problem.Rule.SideEffects));
    }

    private sealed record Result(int Partition, DeleteRecordsOutcome.Deleted? Deleted, Problem? Problem);
}
