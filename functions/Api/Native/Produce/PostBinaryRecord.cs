using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>One record whose value is the body, whatever that is.</summary>
/// <remarks>
/// The key is the header <c>Record-Key</c> (text) or <c>Record-Key-Base64</c>, the timestamp <c>Record-Timestamp</c>
/// (milliseconds since 1970 or ISO 8601); every <c>Record-Header-{name}</c> becomes a record header with that name in
/// lower case. The body's media type is kept as the record header <c>content-type</c>, unless it is
/// <c>application/octet-stream</c>, which says nothing.
/// </remarks>
internal static class PostBinaryRecord
{
    private const string HeaderPrefix = "Record-Header-";

    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, TopicSearch.Found found, ProduceConditions conditions)
    {
        var request = context.Request;
        var most = Math.Min(found.Topic.Config.MaxMessageBytes, engine.Settings.RequestBytesMax);
        if (request.ContentLength > found.Topic.Config.MaxMessageBytes)
        {
            return new ProblemResult(new(
                ProblemCode.MessageTooLarge,
                $"The body has {request.ContentLength} bytes; the topic's max.message.bytes is "
                + $"{found.Topic.Config.MaxMessageBytes}."));
        }

        if (ReadHeaders(request, found.Partition, engine.Settings, out var record) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        using var body = BodyBuffer.Open(request, most, most + 1);
        while (!body.IsComplete)
        {
            await body.FillAsync(context.RequestAborted);
        }

        var produce = engine.Producer.Begin(found.Topic, conditions);
        if (produce.Add(record with { Value = body.Unread }) is { } problem)
        {
            return new ProblemResult(problem);
        }

        var records = await engine.Producer.AppendAsync(produce, context.RequestAborted);
        return ProduceAnswers.Of(context.Response, found, records);
    }

    private static string? ReadHeaders(
        HttpRequest request, int? partition, ApiSettings settings, out ProduceRecord record)
    {
        record = default;
        var headers = RecordHeadersOf(request);
        if (headers.Count > settings.RecordHeadersMax)
        {
            return $"The record has {headers.Count} headers; at most {settings.RecordHeadersMax} are allowed.";
        }

        if (RecordKeyHeaders.Read(request.Headers, out var key) is { } broken)
        {
            return broken;
        }

        long? timestamp = null;
        if (request.Headers["Record-Timestamp"].ToString() is { Length: > 0 } text)
        {
            if (!QueryText.TryTimestamp(text, out var milliseconds))
            {
                return $"Record-Timestamp is {Quotation.Of(text)}; it is milliseconds since 1970 or ISO 8601.";
            }

            timestamp = milliseconds;
        }

        record = new(partition, key, null, headers, timestamp);
        return null;
    }

    private static List<RecordHeader> RecordHeadersOf(HttpRequest request)
    {
        var headers = new List<RecordHeader>();
        if (MediaTypes.Of(request) != MediaTypes.OctetStream)
        {
            headers.Add(new("content-type", Encoding.UTF8.GetBytes(request.ContentType!)));
        }

        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            {
                var recordName = name[HeaderPrefix.Length..].ToLower(CultureInfo.InvariantCulture);
                headers.AddRange(values.Select(
                    value => new RecordHeader(recordName, Encoding.UTF8.GetBytes(value ?? ""))));
            }
        }

        return headers;
    }
}
