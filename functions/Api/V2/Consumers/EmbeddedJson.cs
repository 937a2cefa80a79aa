using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Bodies;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>Whether stored bytes can be given to a consumer of the format <c>json</c>. Pure.</summary>
internal static class EmbeddedJson
{
    /// <summary>Why these bytes are not one JSON value, or null.</summary>
    public static string? ProblemOf(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } json)
        {
            return null;
        }

        if (!Utf8.IsValid(json.Span))
        {
            return "The bytes are not valid UTF-8.";
        }

        try
        {
            var reader = new Utf8JsonReader(json.Span);
            while (reader.Read())
            {
                // To the end, where a second value would be found.
            }

            return null;
        }
        catch (JsonException exception)
        {
            return JsonDetail.Of(exception);
        }
    }

    /// <summary>Why these bytes cannot be given as a key, or null.</summary>
    /// <remarks>
    /// A key that is not JSON is given as a JSON string: most producers key by text. Confluent's proxy fails the read
    /// instead, and the consumer is stuck in front of a record whose value it could have had.
    /// </remarks>
    public static string? ProblemOfKey(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } key && !Utf8.IsValid(key.Span) ? "The bytes are not valid UTF-8." : null;

    /// <summary>Writes a key for which <see cref="ProblemOfKey"/> found no problem.</summary>
    public static void WriteKey(Utf8JsonWriter json, ReadOnlyMemory<byte> key)
    {
        if (ProblemOf(key) is null)
        {
            json.WriteRawValue(key.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(key.Span);
        }
    }
}
