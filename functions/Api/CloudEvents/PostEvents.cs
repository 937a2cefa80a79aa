using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Produce;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// <c>POST /api/v1/topics/{topic}/events</c> and <c>…/partitions/{partition}/events</c>: appends events of CloudEvents
/// 1.0 in binary, structured or batched mode, by the Kafka binding. All of a batch is checked before any is appended.
/// </summary>
/// <remarks>
/// The query <c>mode</c> says how events are stored: <c>binary</c> (the default) or <c>structured</c>;
/// <see cref="EventKey"/> says with which key. Headers and answers are those of every produce.
/// </remarks>
internal static class PostEvents
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string? partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        if (ContentEncodings.Decode(context.Request) is { } undecodable)
        {
            return new ProblemResult(undecodable);
        }

        var structured = false;
        var key = default(EventKey);
        var broken = ProduceHeaders.Read(context.Request.Headers, found, out var conditions, "events")
            ?? EventKey.Read(context.Request, out key)
            ?? ReadMode(context.Request, out structured);
        if (broken is not null)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var request = engine.Producer.Begin(found.Topic, conditions);
        Problem? Add(CloudEvent read)
        {
            var record = CloudEventRecord.Of(read, key, structured) with { Partition = found.Partition };
            return RecordRules.CheckKey(found.Topic, record, key.Remedy) ?? request.Add(record);
        }

        if (await ReadAsync(context, engine, found, Add) is { } problem)
        {
            return new ProblemResult(problem);
        }

        IReadOnlyList<ProducedRecord> records =
            request.Count == 0 ? [] : await engine.Producer.AppendAsync(request, context.RequestAborted);
        return ProduceAnswers.Of(context.Response, found, records);
    }

    /// <summary>Reads the events of a body in the mode that its headers say.</summary>
    /// <param name="context">The request.</param>
    /// <param name="engine">The limits of this node.</param>
    /// <param name="found">The topic.</param>
    /// <param name="add">Takes an event, which is valid until it returns; may refuse it.</param>
    /// <returns>What is wrong with the body or an event, and where; null when every event was taken.</returns>
    public static async ValueTask<Problem?> ReadAsync(
        HttpContext context, Engine engine, TopicSearch.Found found, Func<CloudEvent, Problem?> add)
    {
        var request = context.Request;
        var mediaType = MediaTypes.Of(request);
        var settings = engine.Settings;
        if (mediaType is EventMediaTypes.Structured or EventMediaTypes.Batch)
        {
            using var body = BodyBuffer.Open(request, settings.RequestBytesMax, settings.RequestBytesMax);
            return await EventBody.ReadAsync(
                body, mediaType == EventMediaTypes.Batch, settings.RecordHeadersMax, add, context.RequestAborted);
        }

        return DataMediaType.IsCloudEvents(mediaType) || !EventHeaders.HasAny(request.Headers)
            ? new(
                ProblemCode.UnsupportedMediaType,
                $"An event is {EventMediaTypes.Structured}, several are {EventMediaTypes.Batch}; any other "
                + $"Content-Type, here {Quotation.Of(request.ContentType)}, is that of the data, and the "
                + "attributes are headers like ce-id.")
            : await ReadBinaryAsync(context, engine, found, add);
    }

    private static async ValueTask<Problem?> ReadBinaryAsync(
        HttpContext context, Engine engine, TopicSearch.Found found, Func<CloudEvent, Problem?> add)
    {
        var most = Math.Min(found.Topic.Config.MaxMessageBytes, engine.Settings.RequestBytesMax);
        if (context.Request.ContentLength > most)
        {
            return new(
                ProblemCode.MessageTooLarge,
                $"The body has {context.Request.ContentLength} bytes; the topic's max.message.bytes is "
                + $"{found.Topic.Config.MaxMessageBytes}.");
        }

        using var body = BodyBuffer.Open(context.Request, most, most + 1);
        while (!body.IsComplete)
        {
            await body.FillAsync(context.RequestAborted);
        }

        var broken = EventHeaders.Read(
            context.Request.Headers, body.Unread, engine.Settings.RecordHeadersMax, out var read);
        return broken is null ? add(read!) : Problem.InvalidRequest($"The event: {broken}");
    }

    private static string? ReadMode(HttpRequest request, out bool structured)
    {
        var text = request.Query["mode"].ToString();
        structured = text == "structured";
        return text is "" or "binary" or "structured"
            ? null
            : $"'mode' is {Quotation.Of(text)}; it says how events are stored: binary or structured.";
    }
}
