using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Batches;

/// <summary>
/// <c>POST /api/v1/topics/{topic}/partitions/{partition}/batches</c>: appends record batches in Kafka's RecordBatch v2
/// format, one or several after each other. Their bytes are kept, but for the base offset and the leader epoch.
/// </summary>
/// <remarks>
/// Every batch is checked, compressed ones by restoring them, before the first is appended. They are appended in order,
/// and the first that fails ends the request; the answer then tells what was stored before it.
/// </remarks>
internal static class PostBatches
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        if (MediaTypes.Of(context.Request) is not (MediaTypes.RecordBatch or MediaTypes.OctetStream))
        {
            return new ProblemResult(new(
                ProblemCode.UnsupportedMediaType,
                $"Record batches are sent as {MediaTypes.RecordBatch} or {MediaTypes.OctetStream}."));
        }

        if (ContentEncodings.Decode(context.Request) is { } undecodable)
        {
            return new ProblemResult(undecodable);
        }

        if (ProduceHeaders.ReadForBatches(context.Request.Headers, found.Topic.Id, out var conditions) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var batches = new List<RecordBatch>();
        var problem = await ReadAsync(context.Request, engine, found.Topic, batches)
            ?? CheckProducers(batches, conditions);
        return problem is null
            ? await AppendAsync(context, engine, found, conditions, batches)
            : new ProblemResult(problem);
    }

    private static Problem? CheckProducers(List<RecordBatch> batches, ProduceConditions conditions) =>
        conditions.Request is not null && batches.Find(static batch => batch.ProducerId >= 0) is { } batch
            ? Problem.InvalidRequest(
                $"{IdempotencyKey.HeaderName} and a batch of producer {batch.ProducerId} exclude each other: each "
                + "alone keeps a repetition from being stored again.")
            : null;

    private static async ValueTask<Problem?> ReadAsync(
        HttpRequest request, Engine engine, Topic topic, List<RecordBatch> batches)
    {
        var most = topic.Config.MaxMessageBytes;
        using var body = BodyBuffer.Open(request, engine.Settings.RequestBytesMax, engine.Settings.RequestBytesMax);
        var compression = engine.CompressionOf(request.HttpContext);
        var gone = request.HttpContext.RequestAborted;
        while (true)
        {
            while (body.Unread.Length < RecordBatch.LengthPrefixBytes && !body.IsComplete)
            {
                await body.FillAsync(gone);
            }

            if (body.Unread.IsEmpty)
            {
                return batches.Count > 0 ? null : Problem.InvalidRequest(
                    "The body is empty. Expected are record batches in Kafka's RecordBatch v2 format.");
            }

            var length = LengthOf(body.Unread.Span);
            if (length > most)
            {
                return AtByte(body, new(
                    ProblemCode.MessageTooLarge,
                    $"the batch has {length} bytes; the topic's max.message.bytes is {most}."));
            }

            while (body.Unread.Length < length && !body.IsComplete)
            {
                await body.FillAsync(gone);
            }

            if (length < 0 || body.Unread.Length < length)
            {
                return AtByte(body, new(
                    ProblemCode.InvalidRecord, "the body ends in the middle of a batch, or this is none."));
            }

            if (Check(body.Unread[..length].ToArray(), topic, compression, batches) is { } problem)
            {
                return AtByte(body, problem);
            }

            body.Consume(length);
        }
    }

    private static int LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= RecordBatch.LengthPrefixBytes && RecordBatchCheck.TryReadLength(bytes, out var length)
            ? length
            : -1;

    private static Problem? Check(
        byte[] bytes, Topic topic, CountedCompression compression, List<RecordBatch> batches)
    {
        var batch = RecordBatchCheck.Check(bytes, topic.Config.MaxMessageBytes, out var problem);
        if (batch is not null && batch.Compression != CompressionType.None)
        {
            if (compression.Admit([batch]) is { } refused)
            {
                return refused;
            }

            problem = RecordBatchCheck.CheckRecords(batch, compression);
            compression.Release();
        }

        if (problem is null)
        {
            batches.Add(batch!);
            return CheckKeys(topic, batch!, compression);
        }

        return new(
            problem.Code switch
            {
                RecordBatchProblemCode.InvalidRecord => ProblemCode.InvalidRecord,
                RecordBatchProblemCode.CorruptMessage => ProblemCode.CorruptMessage,
                RecordBatchProblemCode.MessageTooLarge => ProblemCode.MessageTooLarge,
                RecordBatchProblemCode.UnsupportedCompressionType => ProblemCode.UnsupportedCompressionType,
                RecordBatchProblemCode.InvalidTimestamp => ProblemCode.InvalidTimestamp,
                _ => throw new UnreachableException($"No problem is defined for {problem.Code}."),
            },
            problem.Detail);
    }

    // The check has come past all keys, so nothing is restored for this.
    private static Problem? CheckKeys(Topic topic, RecordBatch batch, CountedCompression compression) =>
        topic.Config.Compacts && RecordBatchReader.FindKeyless(batch, compression) is >= 0 and var index
            ? new(
                ProblemCode.InvalidRecord,
                $"record {index} of the batch: Compacted topic cannot accept message without key in topic "
                + $"{topic.Name}. Give each record one, or set cleanup.policy of the topic to delete.")
            : null;

    private static Problem AtByte(BodyBuffer body, Problem problem) =>
        problem with { Detail = $"At byte {body.Position}: {problem.Detail}" };

    private static async ValueTask<IResult> AppendAsync(
        HttpContext context,
        Engine engine,
        TopicSearch.Found found,
        ProduceConditions conditions,
        List<RecordBatch> batches)
    {
        var fingerprint = default(RequestFingerprint);
        batches.ForEach(batch => fingerprint.Add(batch));
        var appends = new PartitionAppends(conditions, engine.CompressionOf(context));
        appends.Identify(fingerprint);
        var stored = new List<StoredRun>(batches.Count);
        foreach (var batch in batches)
        {
            var answer = await engine.Producer.AppendAsync(
                found.Topic, found.Partition!.Value, appends, appends.Take(batch), context.RequestAborted);
            stored.AddRange(answer.Stored);
            if (answer.Problem is { } problem)
            {
                var applied = stored.Count > 0 && problem.Rule.SideEffects == SideEffects.None;
                return new ProblemResult((problem with { Effects = applied ? SideEffects.Applied : null })
                    .With(json => WriteBatches(json, stored)));
            }
        }

        NextOffsetTag.Write(context.Response, stored[^1].NextOffset);
        return new JsonResult(json => WriteBatches(json, stored));
    }

    private static void WriteBatches(Utf8JsonWriter json, List<StoredRun> stored)
    {
        json.WriteNumber("records", stored.Sum(static run => (long)run.Records));
        ProduceAnswers.WriteDuplicate(json, stored.Count > 0 && stored.TrueForAll(static run => run.Duplicate));
        json.WriteStartArray("batches");
        foreach (var run in stored)
        {
            json.WriteStartObject();
            json.WriteNumber("base_offset", run.BaseOffset);
            json.WriteNumber("records", run.Records);
            ProduceAnswers.WriteDuplicate(json, run.Duplicate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
