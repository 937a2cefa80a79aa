using System.Globalization;
using System.Numerics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native.Read;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Batches;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/partitions/{partition}/batches?offset=&amp;max_bytes=&amp;wait=</c>: whole record
/// batches as stored, one after the other. The first may begin before the offset; where to go on stands in
/// <c>Next-Offset</c>.
/// </summary>
/// <remarks>
/// The records of an answer that more records follow do not change, as long as the topic lives; their batches may be
/// merged and compressed later. It carries an <c>ETag</c>, and caches ask whether it still holds. A request that names
/// the topic's life by <c>topic_id</c> need not even ask: its answer is <c>public, immutable</c>, because a topic that
/// is created again under the name has another id; but where a topic compacts, they always ask. An answer that reaches
/// the end of the log is not stored.
/// </remarks>
internal static class GetBatches
{
    public static async Task<IResult> HandleAsync(HttpContext context, Engine engine, string topic, string partition)
    {
        var broken = ReadQuery.Parse(
            context.Request, isPartition: true, engine.Settings, out var query, MediaTypes.RecordBatch);
        if (broken is not null)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new ProblemResult(((TopicSearch.Refused)search).Problem);
        }

        var topicId = context.Request.Query["topic_id"].ToString();
        if (topicId.Length > 0 && topicId != found.Topic.Id.ToString())
        {
            return new ProblemResult(new(
                ProblemCode.UnknownTopicOrPartition,
                $"Topic '{topic}' has the id {found.Topic.Id}, not the one that is named."));
        }

        return await ReadAsync(context, engine, query, found, isPinned: topicId.Length > 0);
    }

    private static async ValueTask<IResult> ReadAsync(
        HttpContext context, Engine engine, ReadQuery query, TopicSearch.Found found, bool isPinned)
    {
        var memory = engine.CompressionOf(context);
        var (reader, problem) = await TopicReader.OpenAsync(
            engine.Log, memory, found, query.Start, context.RequestAborted);
        var batches = new List<FetchedBatch>();
        problem ??= await reader!.ReadAsync(int.MaxValue, query.BytesMax, batches, context.RequestAborted);
        if (problem is null && batches.Count == 0 && query.Wait > TimeSpan.Zero
            && await reader!.WaitAsync(query.Wait, context.RequestAborted))
        {
            problem = await reader.ReadAsync(int.MaxValue, query.BytesMax, batches, context.RequestAborted);
        }

        problem ??= memory.AdmitFetched(batches);
        if (problem is not null)
        {
            return new ProblemResult(problem);
        }

        WriteHeaders(context.Response, found.Topic, reader!, batches, isPinned);
        return IsKnown(context) ? Results.StatusCode(StatusCodes.Status304NotModified) : new RawBatches(batches);
    }

    private static void WriteHeaders(
        HttpResponse response, Topic topic, TopicReader reader, List<FetchedBatch> batches, bool isPinned)
    {
        var (next, ends) = (reader.Positions.Span[0], reader.Ends[0].GetValueOrDefault());
        response.Headers["Topic-Id"] = topic.Id.ToString();
        response.Headers["Next-Offset"] = next.Offset.ToString(CultureInfo.InvariantCulture);
        response.Headers["High-Watermark"] = ends.HighWatermark.ToString(CultureInfo.InvariantCulture);
        response.Headers["Log-Start-Offset"] = ends.LogStartOffset.ToString(CultureInfo.InvariantCulture);
        if (batches.Count == 0 || next.Offset >= ends.HighWatermark)
        {
            response.Headers.CacheControl = "no-store";
            return;
        }

        response.Headers.ETag =
            $"\"{topic.Id}-{next.Partition}-{batches[0].Batch.BaseOffset}-{next.Offset}-{Checksum(batches):x8}\"";
        response.Headers.CacheControl = isPinned && !topic.Config.Compacts
            ? "public, max-age=31536000, immutable"
            : "public, no-cache";
    }

    // Tells the same records in other batches apart.
    private static uint Checksum(List<FetchedBatch> batches) => batches.Aggregate(
        0U, static (sum, part) => BitOperations.RotateLeft(sum, 1) ^ part.Batch.Crc);

    private static bool IsKnown(HttpContext context) =>
        context.Response.Headers.ETag.ToString() is { Length: > 0 } tag
        && EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
        && known.Any(entity => entity.Tag == "*" || entity.Tag == tag);

    /// <summary>The bytes of the batches as they are stored.</summary>
    private sealed class RawBatches(List<FetchedBatch> batches) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = MediaTypes.RecordBatch;
            response.ContentLength = batches.Sum(static part => (long)part.Batch.Length);
            foreach (var part in batches)
            {
                await response.BodyWriter.WriteAsync(part.Batch.Bytes, httpContext.RequestAborted);
            }
        }
    }
}
