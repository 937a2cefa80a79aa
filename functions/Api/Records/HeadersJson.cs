using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Bodies;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// The headers of a record in JSON: an array of <c>{"name", "value"}</c> or <c>{"name", "base64"}</c>, or, only to be
/// read, an object from name to text, where a name that is there twice is a header that the record has twice.
/// </summary>
internal static class HeadersJson
{
    /// <summary>Reads headers.</summary>
    /// <param name="reader">At the value; afterwards at its end.</param>
    /// <param name="json">What the reader reads; the result borrows it where nothing is escaped.</param>
    /// <param name="headersMax">The most headers to read; more are refused while they are read.</param>
    /// <param name="headers">Takes the headers.</param>
    /// <returns>What is wrong, as a sentence that goes on after a position; null when nothing is.</returns>
    /// <exception cref="InvalidOperationException">An escape stands for half of a surrogate pair.</exception>
    public static string? Read(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, int headersMax, List<RecordHeader> headers) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.StartArray => ReadArray(ref reader, json, headersMax, headers),
            JsonTokenType.StartObject => ReadObject(ref reader, json, headersMax, headers),
            _ => $"'headers' is {JsonTokens.Given(ref reader, json)}; it is an array of {{\"name\",\"value\"}} or an "
                + "object from name to text.",
        };

    /// <summary>Writes headers as an array.</summary>
    /// <param name="output">Where a member may stand.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="gone">The client has gone.</param>
    public static async ValueTask WriteAsync(
        JsonOutput output, IReadOnlyList<RecordHeader> headers, CancellationToken gone)
    {
        var json = output.Json;
        json.WriteStartArray("headers"u8);
        foreach (var header in headers)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, header.Name);
            if (header.Value is not { } value)
            {
                json.WriteNull("value"u8);
            }
            else if (Utf8.IsValid(value.Span))
            {
                json.WritePropertyName("value"u8);
                await output.WriteTextAsync(value, gone);
            }
            else
            {
                json.WritePropertyName("base64"u8);
                await output.WriteBase64Async(value, gone);
            }

            json.WriteEndObject();
            await output.FlushLongAsync(gone);
        }

        json.WriteEndArray();
    }

    private static string? ReadArray(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, int headersMax, List<RecordHeader> headers)
    {
        string? broken = null;
        while (broken is null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            broken = headers.Count == headersMax ? TooMany(headersMax) : ReadOne(ref reader, json, headers);
        }

        return broken;
    }

    private static string? ReadOne(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, List<RecordHeader> headers)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return "a header is an object {\"name\",\"value\"} or {\"name\",\"base64\"}.";
        }

        string? name = null;
        ReadOnlyMemory<byte>? value = null;
        var seen = default(MembersSeen);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isBase64 = reader.ValueTextEquals("base64"u8);
            if (!isName && !isBase64 && !reader.ValueTextEquals("value"u8))
            {
                return $"a header has no member {Quotation.Of(reader.ValueSpan)}; it has name, value, base64.";
            }

            if (seen.Again(isName ? 0 : isBase64 ? 1 : 2))
            {
                return $"a header has its member {Quotation.Of(reader.ValueSpan)} twice.";
            }

            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return $"the members of a header are strings, not {JsonTokens.NameOf(reader.TokenType)}.";
            }

            if (isName)
            {
                name = reader.GetString();
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                var text = JsonTokens.TextOf(reader, json);
                value = isBase64 ? JsonTokens.Base64Of(text) : text;
                if (value is null)
                {
                    return $"the 'base64' of a header is {JsonTokens.Given(ref reader, json)}; "
                        + "it is a string of base64.";
                }
            }
        }

        if (name is null)
        {
            return "a header has no name.";
        }

        headers.Add(new(name, value));
        return null;
    }

    private static string? ReadObject(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, int headersMax, List<RecordHeader> headers)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (headers.Count == headersMax)
            {
                return TooMany(headersMax);
            }

            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return $"the header {Quotation.Of(name)} is a string, not {JsonTokens.NameOf(reader.TokenType)}.";
            }

            var isNull = reader.TokenType == JsonTokenType.Null;
            headers.Add(new(name, isNull ? default(ReadOnlyMemory<byte>?) : JsonTokens.TextOf(reader, json)));
        }

        return null;
    }

    private static string TooMany(int headersMax) => $"the record has more than {headersMax} headers.";
}
