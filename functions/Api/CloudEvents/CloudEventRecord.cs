using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Events as records of Kafka: the Kafka protocol binding of CloudEvents 1.0.2. Pure.</summary>
/// <remarks>
/// <para>
/// Binary mode: each attribute is a header <c>ce_name</c>, the media type of the data is the header
/// <c>content-type</c>, the data is the value; without data the value is null. Structured mode: the value is the
/// event in JSON, and <c>content-type</c> says so. Records of both modes are read, whoever wrote them.
/// </para>
/// <para>
/// A record without <c>ce_</c> headers whose <c>content-type</c> is no event's is none, a tombstone among them.
/// </para>
/// </remarks>
internal static class CloudEventRecord
{
    /// <summary>What the name of an attribute has in front of it among a record's headers.</summary>
    public const string HeaderPrefix = "ce_";

    /// <summary>The header that names the media type of the value.</summary>
    public const string ContentTypeHeader = "content-type";

    private const string StructuredContentType = EventMediaTypes.Structured + "; charset=UTF-8";

    /// <summary>The record that an event becomes.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="key">Which key the record gets.</param>
    /// <param name="structured">
    /// Whether structured mode is wanted; events that do not fit binary mode get it too.
    /// </param>
    /// <returns>A record that borrows the event's data, for any partition, without a timestamp of its own.</returns>
    public static ProduceRecord Of(CloudEvent stored, EventKey key = default, bool structured = false) =>
        structured || !stored.FitsBinaryMode
            ? new(null, key.Of(stored), JsonOf(stored), [Header(ContentTypeHeader, StructuredContentType)], null)
            : new(null, key.Of(stored), stored.Data, HeadersOf(stored), null);

    /// <summary>An event in JSON, on one line.</summary>
    /// <param name="written">The event.</param>
    public static ReadOnlyMemory<byte> JsonOf(CloudEvent written)
    {
        var output = new ArrayBufferWriter<byte>((written.Data?.Length ?? 0) + 512);
        using (var json = new Utf8JsonWriter(output, JsonResult.WriterOptions))
        {
            CloudEventJsonWriter.Write(json, written);
        }

        return output.WrittenMemory;
    }

    /// <summary>Reads the event that a record is.</summary>
    /// <param name="headers">The record's headers.</param>
    /// <param name="value">The record's value; borrowed as long as the event lives.</param>
    /// <param name="attributesMax">The most attributes that an event in JSON may have.</param>
    /// <param name="read">The event; null when the record is none.</param>
    /// <returns>
    /// What is wrong with a record that says it is an event, as a sentence that goes on after a position; null when it
    /// is one, and when it does not say so.
    /// </returns>
    public static string? Read(
        IReadOnlyList<RecordHeader> headers, ReadOnlyMemory<byte>? value, int attributesMax, out CloudEvent? read)
    {
        read = null;
        if (headers.Count == 0)
        {
            return null;
        }

        var contentType = TextOf(headers, ContentTypeHeader);
        if (DataMediaType.IsCloudEvents(contentType))
        {
            return contentType!.StartsWith(EventMediaTypes.Structured, StringComparison.OrdinalIgnoreCase)
                ? CloudEventJson.Read(value ?? default, attributesMax, out read)
                : $"events of the media type {Quotation.Of(contentType)} are not read here.";
        }

        var attributes = new List<CloudEventAttribute>(headers.Count);
        foreach (var header in headers)
        {
            if (header.Name.StartsWith(HeaderPrefix, StringComparison.Ordinal))
            {
                if (header.Value is { Length: > CloudEventRules.ValueLengthMax } and var large)
                {
                    return $"the header {Quotation.Of(header.Name)} has {large.Length} bytes where an attribute "
                        + $"has at most {CloudEventRules.ValueLengthMax}.";
                }

                if (header.Value is not { } bytes || !Utf8.IsValid(bytes.Span))
                {
                    return $"the header {Quotation.Of(header.Name)} is no text in UTF-8.";
                }

                attributes.Add(new(header.Name[HeaderPrefix.Length..], Encoding.UTF8.GetString(bytes.Span)));
            }
        }

        if (attributes.Count == 0)
        {
            return null;
        }

        if (contentType is not null)
        {
            attributes.Add(new("datacontenttype", contentType));
        }

        return CloudEvent.Create(attributes, value, out read);
    }

    private static RecordHeader[] HeadersOf(CloudEvent stored)
    {
        var headers = new RecordHeader[stored.Attributes.Length];
        for (var i = 0; i < headers.Length; i++)
        {
            var (name, text, _) = stored.Attributes[i];
            headers[i] = Header(name == "datacontenttype" ? ContentTypeHeader : HeaderPrefix + name, text);
        }

        return headers;
    }

    private static RecordHeader Header(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    // Names of headers differ by case in Kafka, but media types came through HTTP, where they do not.
    private static string? TextOf(IReadOnlyList<RecordHeader> headers, string name)
    {
        foreach (var header in headers)
        {
            if (header.Value is { Length: <= CloudEventRules.ValueLengthMax } value
                && header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                && Utf8.IsValid(value.Span))
            {
                return Encoding.UTF8.GetString(value.Span);
            }
        }

        return null;
    }
}
