using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>
/// <c>GET /api/v1/topics</c>: all topics that may be described, by name, written as they are read from the store.
/// </summary>
internal static class ListTopics
{
    private const int UnflushedBytesMax = 16 * 1024;

    public static async Task HandleAsync(HttpContext context, TopicCatalog topics)
    {
        // The first topic is read before the answer starts, so that a store that does not answer still becomes a
        // problem.
        await using var all = topics.ListAsync(context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        var any = await all.MoveNextAsync();
        var output = context.Response.BodyWriter;
        context.Response.ContentType = MediaTypes.Json;
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(output, JsonResult.WriterOptions);
        json.WriteStartObject();
        json.WriteStartArray("topics");
        var caller = Caller.Of(context);
        for (; any; any = await all.MoveNextAsync())
        {
            if (!caller.May(Right.DescribeTopic, all.Current.Name))
            {
                continue;
            }

            json.WriteStartObject();
            TopicAnswer.Write(json, all.Current, caller);
            json.WriteEndObject();
            if (json.BytesPending + output.UnflushedBytes > UnflushedBytesMax)
            {
                await json.FlushAsync(context.RequestAborted);
                await output.FlushAsync(context.RequestAborted);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
        output.Write("\n"u8);
    }
}
