using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Writes events in the JSON format of CloudEvents 1.0.2, each on one line.</summary>
/// <remarks>
/// Every event can be written. Data stands as <c>data</c> where its bytes are what the media type says: JSON, or text
/// in UTF-8; else as <c>data_base64</c>, as all data of events that name no media type.
/// </remarks>
internal static class CloudEventJsonWriter
{
    // Deeper documents are given as base64: beside the levels around the data, a reader's usual limit is 64.
    private const int DepthMax = 56;

    private enum DataForm
    {
        Document,
        Text,
        Base64,
    }

    /// <summary>Writes an event as an object.</summary>
    /// <param name="json">Where a value may stand.</param>
    /// <param name="written">The event.</param>
    public static void Write(Utf8JsonWriter json, CloudEvent written)
    {
        json.WriteStartObject();
        WriteAttributes(json, written);
        if (written.Data is { } data)
        {
            switch (WriteDataName(json, data, written.DataContentType))
            {
                case DataForm.Document:
                    var line = ArrayPool<byte>.Shared.Rent(data.Length);
                    var length = StoredJson.CopyOnOneLine(data.Span, line);
                    json.WriteRawValue(line.AsSpan(0, length), skipInputValidation: true);
                    ArrayPool<byte>.Shared.Return(line);
                    break;
                case DataForm.Text:
                    json.WriteStringValue(data.Span);
                    break;
                default:
                    json.WriteBase64StringValue(data.Span);
                    break;
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The same, as fast as a client takes it.</summary>
    /// <param name="output">Where a value may stand.</param>
    /// <param name="written">The event.</param>
    /// <param name="gone">The client has gone.</param>
    public static async ValueTask WriteAsync(JsonOutput output, CloudEvent written, CancellationToken gone)
    {
        var json = output.Json;
        json.WriteStartObject();
        WriteAttributes(json, written);
        if (written.Data is { } data)
        {
            await (WriteDataName(json, data, written.DataContentType) switch
            {
                DataForm.Document => output.WriteOnOneLineAsync(data, gone),
                DataForm.Text => output.WriteTextAsync(data, gone),
                _ => output.WriteBase64Async(data, gone),
            });
        }

        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, CloudEvent written)
    {
        foreach (var attribute in written.Attributes)
        {
            if (attribute.Kind == CloudEventAttributeKind.Text)
            {
                json.WriteString(attribute.Name, attribute.Text);
            }
            else
            {
                json.WritePropertyName(attribute.Name);
                json.WriteRawValue(attribute.Text, skipInputValidation: true);
            }
        }
    }

    private static DataForm WriteDataName(Utf8JsonWriter json, ReadOnlyMemory<byte> data, string? mediaType)
    {
        var form = FormOf(data.Span, mediaType);
        json.WritePropertyName(form == DataForm.Base64 ? "data_base64"u8 : "data"u8);
        return form;
    }

    private static DataForm FormOf(ReadOnlySpan<byte> data, string? mediaType)
    {
        if (mediaType is null || !Utf8.IsValid(data))
        {
            return DataForm.Base64;
        }

        return DataMediaType.IsJson(mediaType) && StoredJson.IsDocument(data, DepthMax) ? DataForm.Document
            : DataMediaType.IsText(mediaType) && !DataMediaType.IsJson(mediaType) ? DataForm.Text
            : DataForm.Base64;
    }
}
