using System.Buffers.Text;
using System.Text.Json;

namespace Serverless.Functions.Api.Bodies;

/// <summary>Parts of a JSON document that is in memory as a whole. Pure.</summary>
internal static class JsonTokens
{
    /// <summary>The text of a JSON string in UTF-8.</summary>
    /// <param name="reader">At the string.</param>
    /// <param name="json">What the reader reads; the result borrows it where nothing is escaped.</param>
    /// <exception cref="InvalidOperationException">An escape stands for half of a surrogate pair.</exception>
    public static ReadOnlyMemory<byte> TextOf(in Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (!reader.ValueIsEscaped)
        {
            return json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }

        var text = new byte[reader.ValueSpan.Length];
        return text.AsMemory(0, reader.CopyString(text));
    }

    /// <summary>The bytes that base64 text stands for, or null when it is none.</summary>
    public static ReadOnlyMemory<byte>? Base64Of(ReadOnlyMemory<byte> text)
    {
        if (!Base64.IsValid(text.Span, out var length))
        {
            return null;
        }

        var bytes = new byte[length];
        Base64.DecodeFromUtf8(text.Span, bytes, out _, out _);
        return bytes;
    }

    /// <summary>How a refusal repeats the value that the reader is at; the reader then stands at its end.</summary>
    public static string Given(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Quotation.Of(json.Span[start..(int)reader.BytesConsumed]);
    }

    /// <summary>How a refusal calls a kind of value.</summary>
    public static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a truth value",
    };
}
