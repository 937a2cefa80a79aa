using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Native;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.EventGrid;

/// <summary>
/// Answers received events: <c>{"value":[{"brokerProperties":{"lockToken","deliveryCount"},"event":{…}}]}</c>.
/// </summary>
/// <param name="id">The queue.</param>
/// <param name="records">What was received.</param>
/// <param name="attributesMax">The most attributes of an event.</param>
internal sealed class ReceivedEvents(QueueId id, IReadOnlyList<ReceivedRecord> records, int attributesMax) : IResult
{
    private const int UnflushedBytesMax = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var output = httpContext.Response.BodyWriter;
        httpContext.Response.ContentType = MediaTypes.Json;
        httpContext.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(output, JsonResult.WriterOptions);
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var received in records)
        {
            json.WriteStartObject();
            json.WriteStartObject("brokerProperties");
            json.WriteString("lockToken", received.LockToken);
            json.WriteNumber("deliveryCount", received.DeliveryCount);
            json.WriteEndObject();
            json.WritePropertyName("event");
            CloudEventJsonWriter.Write(json, RecordEvent.Of(id.Topic, received, attributesMax));
            json.WriteEndObject();
            if (json.BytesPending + output.UnflushedBytes > UnflushedBytesMax)
            {
                await json.FlushAsync(httpContext.RequestAborted);
                await output.FlushAsync(httpContext.RequestAborted);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
