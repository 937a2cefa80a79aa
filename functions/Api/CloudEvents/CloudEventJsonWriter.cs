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

    /// <summary>Writes an event as an object.</summary>
    /// <param name="json">Where a value may stand.</param>
    /// <param name="written">The event.</param>
    public static void Write(Utf8JsonWriter json, CloudEvent written)
    {
        json.WriteStartObject();
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

        if (written.Data is { } data)
        {
            WriteData(json, data, written.DataContentType);
        }

        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, ReadOnlyMemory<byte> data, string? mediaType)
    {
        var isUtf8 = mediaType is not null && Utf8.IsValid(data.Span);
        if (isUtf8 && DataMediaType.IsJson(mediaType!))
        {
            if (StoredJson.IsDocument(data.Span, DepthMax))
            {
                json.WritePropertyName("data"u8);
                StoredJson.WriteOnOneLine(json, data);
                return;
            }
        }
        else if (isUtf8 && DataMediaType.IsText(mediaType!))
        {
            json.WriteString("data"u8, data.Span);
            return;
        }

        json.WriteBase64String("data_base64"u8, data.Span);
    }
}
