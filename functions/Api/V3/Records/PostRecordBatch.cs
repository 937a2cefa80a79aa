using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Takes a few records that the client has named, and answers 207 with those that are durable and those that are not.
/// </summary>
internal static class PostRecordBatch
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topicName)
    {
        if (V3Body.Prepare(context.Request) is { } refused)
        {
            return V3Answer.Error(refused);
        }

        if (await engine.FindAsync(topicName, context.RequestAborted) is not { } topic)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        var json = await V3Body.ReadAsync(context.Request, engine.Settings.RequestBytesMax, context.RequestAborted);
        if (BatchEnvelope.Read(json, out var entries) is { } broken)
        {
            return V3Answer.Error(broken);
        }

        if (ConfluentConditions.Read(context.Request.Headers, topic, out var conditions) is { } unmet)
        {
            return V3Answer.Error(unmet);
        }

        var request = engine.Producer.Begin(topic, conditions);
        var outcomes = await AppendAsync(engine, request, entries, context.RequestAborted);
        var clusterId = V3Links.Of(context).ClusterId;
        return new JsonResult(
            answer => Write(answer, clusterId, topic, outcomes), StatusCodes.Status207MultiStatus)
        {
            EndsLine = false,
        };
    }

    private static async ValueTask<List<Outcome>> AppendAsync(
        Engine engine, ProduceRequest request, List<BatchEntry> entries, CancellationToken cancellationToken)
    {
        var outcomes = entries.ConvertAll(entry => Add(engine, request, entry));
        if (request.Count == 0)
        {
            return outcomes;
        }

        var produced = await engine.Producer.AppendAsync(request, cancellationToken);
        return outcomes.ConvertAll(outcome => outcome.Error is not null || outcome.Place is not { } place
            ? outcome
            : outcome with
            {
                Produced = produced[place],
                Error = produced[place].Problem is { } problem ? ConfluentError.Of(problem) : null,
            });
    }

    private static Outcome Add(Engine engine, ProduceRequest request, BatchEntry entry)
    {
        var headersMax = engine.Settings.RecordHeadersMax;
        if (V3RecordReader.Read(entry.Json, headersMax, isEntry: true, out var read) is { } broken)
        {
            return new(entry.Id, Error: broken);
        }

        var place = request.Count;
        return request.Add(read.Record) is { } problem
            ? new(entry.Id, Error: ReceiptWriter.RefusalOf(problem))
            : new(entry.Id, place, read.Key, read.Value);
    }

    private static void Write(Utf8JsonWriter json, string clusterId, Topic topic, List<Outcome> outcomes)
    {
        json.WriteStartArray("successes");
        foreach (var outcome in outcomes.Where(static outcome => outcome.Error is null))
        {
            json.WriteStartObject();
            json.WriteString("id", outcome.Id);
            ReceiptWriter.WriteMembers(
                json,
                clusterId,
                topic.Name.Value,
                outcome.Produced.Partition,
                outcome.Produced.Offset,
                outcome.Produced.Timestamp,
                outcome.Key,
                outcome.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("failures");
        foreach (var outcome in outcomes.Where(static outcome => outcome.Error is not null))
        {
            json.WriteStartObject();
            json.WriteString("id", outcome.Id);
            ConfluentResult.WriteMembers(json, outcome.Error!);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private readonly record struct Outcome(
        string Id,
        int? Place = null,
        ReceiptData? Key = null,
        ReceiptData? Value = null,
        ConfluentError? Error = null,
        ProducedRecord Produced = default);
}
