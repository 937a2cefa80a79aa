using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>Answers consumed records as a JSON array, written piece by piece.</summary>
/// <param name="records">The records.</param>
/// <param name="format">The embedded format of keys and values.</param>
/// <param name="mediaType">The media type of the answer.</param>
/// <param name="extras">What is shown that Confluent's API does not have.</param>
internal sealed class RecordsResult(
    IReadOnlyList<ConsumedRecord> records, string format, string mediaType, RecordExtras extras) : IResult
{
    // The client's pace decides how much of the JSON waits in memory.
    private const int FlushBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = mediaType;
        response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        json.WriteStartArray();
        var flushed = 0L;
        foreach (var record in records)
        {
            Write(json, record);
            if (json.BytesCommitted + json.BytesPending - flushed >= FlushBytes)
            {
                await json.FlushAsync(httpContext.RequestAborted);
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
                flushed = json.BytesCommitted;
            }
        }

        json.WriteEndArray();
        await json.FlushAsync(httpContext.RequestAborted);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private void Write(Utf8JsonWriter json, ConsumedRecord consumed)
    {
        json.WriteStartObject();
        json.WriteString("topic", consumed.Partition.Topic.Value);
        json.WritePropertyName("key");
        WriteBytes(json, consumed.Record.Key);
        json.WritePropertyName("value");
        WriteBytes(json, consumed.Record.Value);
        json.WriteNumber("partition", consumed.Partition.Partition);
        json.WriteNumber("offset", consumed.Record.Offset);
        if (extras.Timestamp)
        {
            json.WriteNumber("timestamp", consumed.Record.Timestamp);
        }

        if (extras.Headers)
        {
            HeadersJson.Write(json, consumed.Record.Headers);
        }

        json.WriteEndObject();
    }

    private void WriteBytes(Utf8JsonWriter json, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } some)
        {
            json.WriteNullValue();
        }
        else if (format == V2Formats.Json)
        {
            // That it is UTF-8 was checked when the record was taken.
            EmbeddedJson.Write(json, some.Span);
        }
        else
        {
            json.WriteBase64StringValue(some.Span);
        }
    }
}
