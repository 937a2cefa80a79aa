using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/records</c> and <c>…/partitions/{partition}/records</c>: reads a page of records, or
/// follows them as they come. Changes nothing, so it is safe to repeat; see <see cref="ReadQuery"/> for what can be
/// asked.
/// </summary>
internal static class GetRecords
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string? partition)
    {
        if (ReadQuery.Parse(context.Request, partition is not null, engine.Settings, out var query) is { } broken)
        {
            return new ProblemResult(new(
                query.MediaType.Length == 0 ? ProblemCode.NotAcceptable : ProblemCode.InvalidRequest, broken));
        }

        var opening = await ReadOpening.OpenAsync(context, engine, topic, partition, query.Start);
        if (opening is not ReadOpening.Opened(var found, var reader))
        {
            return new ProblemResult(((ReadOpening.Refused)opening).Problem);
        }

        return query.Follow
            ? await RecordTail.FollowAsync(
                context, engine, query, reader, body => new RecordJsonWriter(body, query.Form))
            : await ReadPageAsync(context, engine, query, found, reader);
    }

    private static async ValueTask<IResult> ReadPageAsync(
        HttpContext context, Engine engine, ReadQuery query, TopicSearch.Found found, TopicReader reader)
    {
        var start = new StreamCursor(reader.Positions.Span);
        var batches = new List<FetchedBatch>();
        var began = engine.Time.GetTimestamp();
        while (true)
        {
            var problem = await reader.ReadAsync(
                query.RecordsMax, query.BytesMax, batches, context.RequestAborted);
            if (problem is not null)
            {
                return new ProblemResult(problem);
            }

            var left = query.Wait - engine.Time.GetElapsedTime(began);
            if (batches.Count > 0 || left <= TimeSpan.Zero || !await reader.WaitAsync(left, context.RequestAborted))
            {
                break;
            }
        }

        var compression = engine.CompressionOf(context);
        return compression.AdmitFetched(batches) is { } refused
            ? new ProblemResult(refused)
            : new RecordPage(found, reader, start, batches, query, compression);
    }
}
