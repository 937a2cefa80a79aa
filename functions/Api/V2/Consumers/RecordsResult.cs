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
        var gone = httpContext.RequestAborted;
        using var output = new JsonOutput(response.BodyWriter, Options);
        output.Json.WriteStartArray();
        foreach (var record in records)
        {
            await WriteAsync(output, record, gone);
            await output.FlushLongAsync(gone);
        }

        output.Json.WriteEndArray();
        await output.FlushAsync(gone);
    }

    private async ValueTask WriteAsync(JsonOutput output, ConsumedRecord consumed, CancellationToken gone)
    {
        var json = output.Json;
        json.WriteStartObject();
        json.WriteString("topic", consumed.Partition.Topic.Value);
        json.WritePropertyName("key");
        await WriteBytesAsync(output, consumed.Record.Key, gone);
        json.WritePropertyName("value");
        await WriteBytesAsync(output, consumed.Record.Value, gone);
        json.WriteNumber("partition", consumed.Partition.Partition);
        json.WriteNumber("offset", consumed.Record.Offset);
        if (extras.Timestamp)
        {
            json.WriteNumber("timestamp", consumed.Record.Timestamp);
        }

        if (extras.Headers)
        {
            await HeadersJson.WriteAsync(output, consumed.Record.Headers, gone);
        }

        json.WriteEndObject();
    }

    private ValueTask WriteBytesAsync(JsonOutput output, ReadOnlyMemory<byte>? bytes, CancellationToken gone)
    {
        if (bytes is not { } some)
        {
            output.Json.WriteNullValue();
            return default;
        }

        // That it is UTF-8 was checked when the record was taken.
        return format == V2Formats.Json
            ? EmbeddedJson.WriteAsync(output, some, gone)
            : output.WriteBase64Async(some, gone);
    }
}
