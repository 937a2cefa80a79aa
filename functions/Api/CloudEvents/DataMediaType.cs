using System.Text;
using Microsoft.Net.Http.Headers;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>What the media type of an event's data says about its bytes. Pure.</summary>
internal static class DataMediaType
{
    // Every content type of an event format begins so (Kafka binding, 3; HTTP binding, 3).
    private const string CloudEventsPrefix = "application/cloudevents";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a text is a media type of RFC 2046, parameters included; all of it is ASCII then.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsValid(string text) =>
        Ascii.IsValid(text) && MediaTypeHeaderValue.TryParse(text, out var type) && !type.MatchesAllSubTypes;

    /// <summary>Whether a media type begins like those of events, in any case of letters.</summary>
    /// <param name="mediaType">Any text, or null.</param>
    public static bool IsCloudEvents(string? mediaType) =>
        mediaType?.StartsWith(CloudEventsPrefix, StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Whether it declares JSON: <c>*/json</c> or <c>*/*+json</c> (JSON format 1.0.2, 3.1.1).</summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsJson(string mediaType)
    {
        var subType = MediaTypeHeaderValue.Parse(mediaType).SubType;
        return subType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || subType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Whether it declares text in UTF-8: by its charset, or without one as <c>text/*</c>, XML and forms.
    /// </summary>
    /// <param name="mediaType">A media type.</param>
    public static bool IsText(string mediaType)
    {
        var type = MediaTypeHeaderValue.Parse(mediaType);
        var subType = type.SubType;
        return type.Charset.HasValue
            ? EncodingOf(mediaType, out _) is UTF8Encoding
            : type.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
                || subType.Equals("xml", StringComparison.OrdinalIgnoreCase)
                || subType.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
                || subType.Equals("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The encoding in which text of this media type becomes bytes: UTF-8 where none is named.</summary>
    /// <param name="mediaType">A media type.</param>
    /// <param name="charset">The name it gives, or null.</param>
    /// <returns>Null when the named one is not known here; throws on what it cannot encode.</returns>
    public static Encoding? EncodingOf(string mediaType, out string? charset)
    {
        var named = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(mediaType).Charset);
        charset = named.HasValue ? named.ToString() : null;
        if (charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Utf8;
        }

        try
        {
            return Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
