using System.Text.Json;

namespace Serverless.Functions.Api.Records;

/// <summary>Tells stored bytes that are a JSON document (RFC 8259) from those that are text. Pure.</summary>
/// <remarks>
/// Most keys and many values are plain text, and the JSON reader says no by an exception, which costs more than all
/// else that is done for a record. So words, truth values and numbers are told apart by their bytes, and only what
/// begins and ends like an object, an array or a string is parsed.
/// </remarks>
internal static class StoredJson
{
    /// <summary>Whether the bytes are one JSON document, white space around it included.</summary>
    /// <param name="bytes">Valid UTF-8.</param>
    /// <param name="depthMax">Documents that are nested deeper count as text.</param>
    public static bool IsDocument(ReadOnlySpan<byte> bytes, int depthMax)
    {
        var document = bytes.Trim(" \t\r\n"u8);
        return document switch
        {
            [(byte)'{', .., (byte)'}'] or [(byte)'[', .., (byte)']'] or [(byte)'"', .., (byte)'"'] =>
                Parses(document, depthMax),
            [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] => IsNumber(document),
            _ => document.SequenceEqual("true"u8)
                || document.SequenceEqual("false"u8)
                || document.SequenceEqual("null"u8),
        };
    }

    /// <summary>Copies a document, or a part of one, without a line feed and a carriage return.</summary>
    /// <remarks>
    /// A string of JSON has none of them as it stands, so all that there are lie between tokens, where they mean
    /// nothing. Nothing is decoded: an escape may stand for no character, and the document could never be shown.
    /// </remarks>
    /// <param name="document">A JSON document in UTF-8, whose other bytes are kept.</param>
    /// <param name="target">At least as long.</param>
    /// <returns>How many bytes were written.</returns>
    public static int CopyOnOneLine(ReadOnlySpan<byte> document, Span<byte> target)
    {
        var length = 0;
        foreach (var octet in document)
        {
            target[length] = octet;
            length += octet is (byte)'\n' or (byte)'\r' ? 0 : 1;
        }

        return length;
    }

    private static bool Parses(ReadOnlySpan<byte> document, int depthMax)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = depthMax });
        try
        {
            while (reader.Read())
            {
                // To the end, where a second value would be found.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text is [(byte)'-', ..] ? text[1..] : text;
        if (rest is [(byte)'0', ..])
        {
            rest = rest[1..];
        }
        else if (!SkipDigits(ref rest))
        {
            return false;
        }

        if (rest is [(byte)'.', ..])
        {
            rest = rest[1..];
            if (!SkipDigits(ref rest))
            {
                return false;
            }
        }

        if (rest is [(byte)'e' or (byte)'E', ..])
        {
            rest = rest is [_, (byte)'+' or (byte)'-', ..] ? rest[2..] : rest[1..];
            return SkipDigits(ref rest) && rest.IsEmpty;
        }

        return rest.IsEmpty;
    }

    private static bool SkipDigits(ref ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        text = text[digits..];
        return digits > 0;
    }
}
