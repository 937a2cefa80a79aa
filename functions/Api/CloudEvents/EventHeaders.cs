using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>
/// The attributes of an event as headers of HTTP: binary mode of the HTTP binding 1.0.2, section 3.1. Pure.
/// </summary>
internal static class EventHeaders
{
    private const string Prefix = "ce-";
    private const string MediaTypeAttribute = "datacontenttype";

    // Servers and proxies commonly take 8 KiB for all headers of a message.
    private const int BytesMax = 6 * 1024;

    /// <summary>Whether a request says by its headers that it is an event.</summary>
    /// <param name="headers">The request's headers.</param>
    public static bool HasAny(IHeaderDictionary headers) => headers.Keys.Any(IsAttribute);

    /// <summary>Reads the event that a request is.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="data">The body, borrowed as long as the event lives; an empty one is no data.</param>
    /// <param name="attributesMax">The most attributes.</param>
    /// <param name="read">The event; null when the result is not.</param>
    /// <returns>What is wrong with it, as a sentence that goes on after a position; null when nothing is.</returns>
    public static string? Read(
        IHeaderDictionary headers, ReadOnlyMemory<byte> data, int attributesMax, out CloudEvent? read)
    {
        read = null;
        var attributes = new List<CloudEventAttribute>();
        foreach (var (header, values) in headers)
        {
            if (!IsAttribute(header))
            {
                continue;
            }

            if (attributes.Count == attributesMax)
            {
                return $"the event has more than {attributesMax} attributes.";
            }

            var name = header[Prefix.Length..].ToLower(CultureInfo.InvariantCulture);
            if (ReadText(header, name, values, out var text) is { } broken)
            {
                return broken;
            }

            attributes.Add(new(name, text));
        }

        if (headers.ContentType is [{ Length: > 0 } mediaType])
        {
            attributes.Add(new(MediaTypeAttribute, mediaType));
        }

        return CloudEvent.Create(attributes, data.IsEmpty ? default(ReadOnlyMemory<byte>?) : data, out read);
    }

    /// <summary>Puts the attributes on an answer that has not begun, unless binary mode cannot carry them.</summary>
    /// <param name="headers">Of the answer; not changed when the result is false.</param>
    /// <param name="given">The event.</param>
    /// <returns>Whether it could.</returns>
    public static bool TryWrite(IHeaderDictionary headers, CloudEvent given)
    {
        var texts = given.Attributes.Select(static attribute => HeaderText.Encode(attribute.Text)).ToArray();
        if (!given.FitsBinaryMode || texts.Sum(static text => text.Length) > BytesMax)
        {
            return false;
        }

        for (var i = 0; i < texts.Length; i++)
        {
            var name = given.Attributes[i].Name;
            if (name == MediaTypeAttribute)
            {
                headers.ContentType = given.DataContentType;
            }
            else
            {
                headers[Prefix + name] = texts[i];
            }
        }

        return true;
    }

    private static bool IsAttribute(string header) => header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    private static string? ReadText(string header, string name, StringValues values, out string text)
    {
        text = "";
        if (name == MediaTypeAttribute)
        {
            return $"the header '{header}' is not sent; the media type of the data is the header Content-Type.";
        }

        if (values.Count != 1)
        {
            return $"the header {Quotation.Of(header)} is there {values.Count} times; one is expected.";
        }

        var decoded = HeaderText.Decode(values.ToString());
        text = decoded ?? "";
        return decoded is null
            ? $"the header {Quotation.Of(header)} is {Quotation.Of(values.ToString())}; it is text in UTF-8, "
                + "percent-encoded where it is not visible ASCII."
            : null;
    }
}
