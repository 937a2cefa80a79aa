using System.Text.Json;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V2.Produce;

/// <summary>Reads keys and values of a produce request in one of the embedded formats.</summary>
internal abstract class EmbeddedFormat
{
    /// <summary>Base 64 in strings.</summary>
    public static EmbeddedFormat Binary { get; } = new BinaryFormat();

    /// <summary>
    /// Any JSON value; stored without the white space around its tokens, so that equal keys have equal bytes.
    /// </summary>
    public static EmbeddedFormat Json { get; } = new JsonFormat();

    /// <summary>
    /// Avro, JSON Schema and protobuf: without a schema registry nothing but nulls can be stored in them.
    /// </summary>
    public static EmbeddedFormat Schema { get; } = new JsonFormat();

    /// <summary>Reads the value at which the reader stands, and leaves the reader at its end.</summary>
    /// <param name="reader">Reads <paramref name="record"/>.</param>
    /// <param name="record">The whole record.</param>
    /// <returns>The bytes to store; null for JSON's null.</returns>
    /// <exception cref="RequestRefusedException">The value is not of this format.</exception>
    public ReadOnlyMemory<byte>? Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> record) =>
        reader.TokenType == JsonTokenType.Null

            // The type is spelled out: a bare null would turn into an empty memory here.
            ? default(ReadOnlyMemory<byte>?)
            : ReadBytes(ref reader, record);

    protected abstract ReadOnlyMemory<byte> ReadBytes(ref Utf8JsonReader reader, ReadOnlyMemory<byte> record);

    private sealed class BinaryFormat : EmbeddedFormat
    {
        private const int ShownCharactersMax = 32;

        protected override ReadOnlyMemory<byte> ReadBytes(ref Utf8JsonReader reader, ReadOnlyMemory<byte> record)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Refuse($"A {reader.TokenType} is not a base64 string.");
            }

            if (!reader.TryGetBytesFromBase64(out var bytes))
            {
                var text = reader.GetString()!;
                var shown = text.Length <= ShownCharactersMax ? text : text[..ShownCharactersMax] + "…";
                throw Refuse($"\"{shown}\" is not a valid base64 string.");
            }

            return bytes;
        }

        private static RequestRefusedException Refuse(string detail) => new(Problem.InvalidRequest(detail));
    }

    private sealed class JsonFormat : EmbeddedFormat
    {
        protected override ReadOnlyMemory<byte> ReadBytes(ref Utf8JsonReader reader, ReadOnlyMemory<byte> record)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return Compact(record[start..(int)reader.BytesConsumed]);
        }

        private static ReadOnlyMemory<byte> Compact(ReadOnlyMemory<byte> json)
        {
            if (json.Span.IndexOfAny(" \t\r\n"u8) < 0)
            {
                return json;
            }

            var compact = new byte[json.Length];
            var (length, inString, escaped) = (0, false, false);
            foreach (var one in json.Span)
            {
                if (inString || !(one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                {
                    compact[length++] = one;
                }

                inString = one == (byte)'"' && !escaped ? !inString : inString;
                escaped = inString && one == (byte)'\\' && !escaped;
            }

            return compact.AsMemory(0, length);
        }
    }
}
