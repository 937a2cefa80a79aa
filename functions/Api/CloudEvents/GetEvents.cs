using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Read;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/events</c> and <c>…/partitions/{partition}/events</c>: reads a page of events, the
/// next one, or follows them as they come. Changes nothing; see <see cref="EventQuery"/> for what can be asked.
/// </summary>
/// <remarks>
/// Records that are no events are passed over. Pages and single events count them in <c>Skipped-Records</c>; the
/// position behind the answer lies behind them.
/// </remarks>
internal static class GetEvents
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string? partition)
    {
        if (EventQuery.Parse(context.Request, partition is not null, engine.Settings, out var query) is { } problem)
        {
            return new ProblemResult(problem);
        }

        var (format, read) = query!;
        var opening = await ReadOpening.OpenAsync(context, engine, topic, partition, read.Start);
        if (opening is not ReadOpening.Opened opened)
        {
            return new ProblemResult(((ReadOpening.Refused)opening).Problem);
        }

        if (read.Follow)
        {
            return await RecordTail.FollowAsync(
                context,
                engine,
                read,
                opened.Reader,
                body => new EventRecordWriter(body, engine.Settings.RecordHeadersMax));
        }

        var found = new EventSearch(engine, opened.Reader, read, engine.CompressionOf(context));
        if (await found.RunAsync(context.RequestAborted) is { } refused)
        {
            return new ProblemResult(refused);
        }

        return format is EventFormat.Structured or EventFormat.Binary
            ? new SingleEvent(opened, found, format)
            : new EventPage(opened, found, format);
    }
}
