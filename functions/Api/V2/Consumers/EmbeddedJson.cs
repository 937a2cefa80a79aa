using System.Text.Unicode;
using Serverless.Functions.Api.Records;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>Gives stored bytes to a consumer of the format <c>json</c>. Pure.</summary>
/// <remarks>
/// A key or value that is a JSON document is given as that document, any other text as a JSON string. Most producers
/// key by text, and the native API stores the text <c>hello</c> for the value <c>"hello"</c>. Confluent's proxy fails
/// the read instead, and the consumer is stuck in front of the record; no client can rely on that. Bytes that are not
/// text have no form in JSON: they stay the error that Confluent's proxy gives.
/// </remarks>
internal static class EmbeddedJson
{
    // What readers of JSON usually take; a deeper document is given as text.
    private const int DepthMax = 64;

    /// <summary>Why these bytes cannot be given as JSON, or null.</summary>
    public static string? ProblemOf(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some && !Utf8.IsValid(some.Span) ? "The bytes are not valid UTF-8." : null;

    /// <summary>Writes a key or value for which <see cref="ProblemOf"/> found no problem.</summary>
    public static ValueTask WriteAsync(JsonOutput output, ReadOnlyMemory<byte> bytes, CancellationToken gone) =>
        StoredJson.IsDocument(bytes.Span, DepthMax)
            ? output.WriteDocumentAsync(bytes, gone)
            : output.WriteTextAsync(bytes, gone);
}
