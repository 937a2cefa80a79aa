using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// <c>GET /api/v1/topics/{topic}/queues</c>: the queues of a topic, written as they are read from the store.
/// </summary>
internal static class ListQueues
{
    private const int UnflushedBytesMax = 16 * 1024;

    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic) =>
        await engine.FindAsync(topic, partition: null, context.RequestAborted) switch
        {
            TopicSearch.Found found => new Answer(queues, found),
            var search => new ProblemResult(((TopicSearch.Refused)search).Problem),
        };

    private sealed class Answer(QueueCoordinator queues, TopicSearch.Found found) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // The first queue is read before the answer starts, so that a store that does not answer still becomes a
            // problem.
            var aborted = httpContext.RequestAborted;
            await using var all = queues.ListAsync(found.Topic.Name, aborted).GetAsyncEnumerator(aborted);
            var any = await all.MoveNextAsync();
            var output = httpContext.Response.BodyWriter;
            httpContext.Response.ContentType = MediaTypes.Json;
            httpContext.Response.Headers.CacheControl = "no-store";
            await using var json = new Utf8JsonWriter(output, JsonResult.WriterOptions);
            json.WriteStartObject();
            json.WriteStartArray("queues");
            var caller = Caller.Of(httpContext);
            for (; any; any = await all.MoveNextAsync())
            {
                if (!caller.May(Right.DescribeGroup, all.Current.Id.Group.Value))
                {
                    continue;
                }

                json.WriteStartObject();
                QueueAnswer.Write(json, all.Current);
                json.WriteEndObject();
                if (json.BytesPending + output.UnflushedBytes > UnflushedBytesMax)
                {
                    await json.FlushAsync(aborted);
                    await output.FlushAsync(aborted);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
            await json.FlushAsync(aborted);
            output.Write("\n"u8);
        }
    }
}
