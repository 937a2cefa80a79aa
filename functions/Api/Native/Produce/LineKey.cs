using System.Text;
using System.Text.Json;
using Serverless.Functions.Api.Bodies;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Checks a JSON document and finds the member that serves as the record's key, in one pass of the reader.
/// </summary>
/// <remarks>
/// The place is a member's name (<c>origin</c>) or a JSON Pointer through objects (<c>/flight/origin</c>, RFC 6901). A
/// string gives its text in UTF-8, any other value its own bytes; a member that is absent or <c>null</c> gives no key.
/// Where a name stands twice, the first counts.
/// </remarks>
internal sealed class LineKey
{
    /// <summary>The longest pointer, in members; no reader goes deeper.</summary>
    public const int DepthMax = 64;

    private readonly byte[][] _path;

    private LineKey(byte[][] path) => _path = path;

    /// <summary>Finds nothing, but checks.</summary>
    public static LineKey None { get; } = new([]);

    /// <summary>Takes a place, or says what is wrong with it.</summary>
    /// <param name="text">A name or a pointer.</param>
    /// <param name="key">The place, when the result is null.</param>
    public static string? Parse(string text, out LineKey key)
    {
        var names = text.StartsWith('/') ? text[1..].Split('/') : [text];
        key = new([.. names.Select(Unescaped)]);
        return text.Length == 0 || names.Length > DepthMax
            ? $"'key' is a member's name, or a JSON Pointer of at most {DepthMax} names, like origin or /flight/origin."
            : null;
    }

    /// <summary>Reads <paramref name="document"/> to its end.</summary>
    /// <param name="document">One JSON document; the result borrows it.</param>
    /// <returns>The key's bytes, or null.</returns>
    /// <exception cref="JsonException">It is not one well-formed JSON document.</exception>
    /// <exception cref="InvalidOperationException">The key has an escape that stands for no character.</exception>
    public ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> document)
    {
        var reader = new Utf8JsonReader(document.Span);
        var matched = 0;
        ReadOnlyMemory<byte>? key = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == matched)
            {
                // The object that the path goes through has ended without the member.
                matched = _path.Length;
            }

            if (reader.TokenType != JsonTokenType.PropertyName
                || matched == _path.Length
                || reader.CurrentDepth != matched + 1
                || !reader.ValueTextEquals(_path[matched]))
            {
                continue;
            }

            matched++;
            reader.Read();
            if (matched == _path.Length)
            {
                key = ValueOf(ref reader, document);
            }
            else if (reader.TokenType != JsonTokenType.StartObject)
            {
                // The path ends here, and the first member of this name counts: there is no key.
                matched = _path.Length;
            }
        }

        return key;
    }

    private static byte[] Unescaped(string name) => Encoding.UTF8.GetBytes(
        name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    private static ReadOnlyMemory<byte>? ValueOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> document)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return JsonTokens.TextOf(reader, document);
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return document[start..(int)reader.BytesConsumed];
        }
    }
}
