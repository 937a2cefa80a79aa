using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Records;
using Serverless.Functions.Api.Security;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// One JSON document a line, appended while the body arrives. Each line is a record's value as it stands, with its key
/// at <c>?key=</c> (see <see cref="LineKey"/>), or, with <c>?envelope=true</c>, a record as <see cref="RecordJson"/>
/// reads it.
/// </summary>
/// <remarks>
/// The answer comes at the end and sums up. A client that accepts <c>application/x-ndjson</c> gets a line for each
/// batch as soon as it is durable; <c>durable_line</c> says from where to send again after a crash. A broken line ends
/// the stream: what stands before it stays, and the answer tells what that is.
/// </remarks>
internal static class PostRecordLines
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, TopicSearch.Found found, ProduceConditions conditions)
    {
        if (ReadQuery(context.Request.Query, out var key) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var answer = MediaTypes.Choose(context.Request, MediaTypes.Json, MediaTypes.Ndjson);
        if (answer is null)
        {
            return new ProblemResult(new(
                ProblemCode.NotAcceptable, $"The answer is {MediaTypes.Json} or {MediaTypes.Ndjson}."));
        }

        // A producer may be silent for as long as it likes; what it holds meanwhile is one connection.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        QuotaUse.Find(context)?.Pace();

        var windowBytesMax = LineBytesMax(found.Topic.Config.MaxMessageBytes, engine.Settings);
        using var body = BodyBuffer.Open(context.Request, engine.Settings.StreamBytesMax, windowBytesMax);
        var lines = new LineRecords(body, key, found.Partition, engine.Settings);
        var acknowledgements = new Acknowledgements(
            context.Response, found, lines, streamed: answer == MediaTypes.Ndjson);
        var memory = new BatchMemory(engine.Memory.ShareOf(context));
        var stream = new RecordStream(
            engine, Caller.Of(context), found.Topic, conditions, lines, memory, acknowledgements.WriteAsync);

        var problem = await stream.RunAsync(context.RequestAborted);

        return await acknowledgements.CompleteAsync(stream, problem);
    }

    private static string? ReadQuery(IQueryCollection query, out LineKey? key)
    {
        key = LineKey.None;
        var envelope = query["envelope"].ToString();
        if (envelope is not ("" or "true" or "false"))
        {
            return $"'envelope' is {Quotation.Of(envelope)}; it is true or false.";
        }

        if (envelope != "true")
        {
            return query.ContainsKey("key") ? LineKey.Parse(query["key"].ToString(), out key) : null;
        }

        key = null;
        return query.ContainsKey("key") ? "'key' and 'envelope' exclude each other: an envelope brings its key." : null;
    }

    // Base64 and escapes make an envelope longer than what it holds: six bytes for one at the most, like \u0001.
    private static int LineBytesMax(int messageBytesMax, ApiSettings settings) =>
        (int)Math.Min(6L * messageBytesMax, settings.RequestBytesMax);
}
