using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.CloudEvents;
using Serverless.Functions.Api.Records;
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
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = MediaTypes.Json;
        httpContext.Response.Headers.CacheControl = "no-store";
        using var output = new JsonOutput(httpContext.Response.BodyWriter);
        var (json, gone) = (output.Json, httpContext.RequestAborted);
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
            await CloudEventJsonWriter.WriteAsync(
                output, RecordEvent.Of(id.Topic, received, attributesMax), gone);
            json.WriteEndObject();
            await output.FlushLongAsync(gone);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await output.FlushAsync(gone);
    }
}
