using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// <c>POST /api/v1/topics/{topic}/records</c> and <c>…/partitions/{partition}/records</c>: appends records. The media
/// type decides how the body is read: JSON, one JSON document a line, or one record's value as it is.
/// </summary>
internal static class PostRecords
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string? partition)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        if (ContentEncodings.Decode(context.Request) is { } problem)
        {
            return new ProblemResult(problem);
        }

        var mediaType = MediaTypes.Of(context.Request);
        if (context.Request.Query.Count > 0 && !MediaTypes.IsLines(mediaType))
        {
            return new ProblemResult(Problem.InvalidRequest(
                $"'key' and 'envelope' say how lines are read ({MediaTypes.Ndjson}); the body is "
                + $"{Quotation.Of(mediaType.Length == 0 ? MediaTypes.Json : mediaType)}."));
        }

        if (ProduceHeaders.Read(context.Request.Headers, found, out var conditions) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        return mediaType switch
        {
            "" or MediaTypes.Json => await PostJsonRecords.HandleAsync(context, engine, found, conditions),
            _ when MediaTypes.IsLines(mediaType) =>
                await PostRecordLines.HandleAsync(context, engine, found, conditions),
            MediaTypes.RecordBatch => Unsupported(
                "Record batches go to …/partitions/{partition}/batches."),
            _ when mediaType.StartsWith("application/vnd.kafka.", StringComparison.Ordinal) => Unsupported(
                $"A body of {Quotation.Of(mediaType)} goes to {V2PathOf(topic, partition)} (the v2 API). Here records "
                + $"are {MediaTypes.Json} or {MediaTypes.Ndjson}, or one value under its own media type."),
            "application/x-www-form-urlencoded" or "multipart/form-data" => Unsupported(
                "A form is no record. Send application/json, application/x-ndjson, or the media type of the value "
                + "itself; with curl: -H 'Content-Type: application/json'."),
            _ => await PostBinaryRecord.HandleAsync(context, engine, found, conditions),
        };
    }

    private static string V2PathOf(string topic, string? partition) =>
        $"/topics/{topic}" + (partition is null ? "" : $"/partitions/{partition}");

    private static ProblemResult Unsupported(string detail) => new(new(ProblemCode.UnsupportedMediaType, detail));
}
