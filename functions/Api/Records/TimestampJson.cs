using System.Text.Json;
using Serverless.Functions.Api.Bodies;

namespace Serverless.Functions.Api.Records;

/// <summary>The timestamp of a record in JSON: milliseconds since 1970, or ISO 8601.</summary>
internal static class TimestampJson
{
    /// <summary>Reads a timestamp.</summary>
    /// <param name="reader">At the value; afterwards at its end.</param>
    /// <param name="json">What the reader reads.</param>
    /// <param name="timestamp">Milliseconds since 1970; null where the value is null.</param>
    /// <returns>What is wrong, as a sentence that goes on after a position; null when nothing is.</returns>
    /// <exception cref="InvalidOperationException">An escape stands for half of a surrogate pair.</exception>
    public static string? Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, out long? timestamp)
    {
        timestamp = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when reader.TryGetInt64(out var milliseconds):
                timestamp = milliseconds;
                return null;
            case JsonTokenType.String when QueryText.TryTimestamp(reader.GetString(), out var milliseconds):
                timestamp = milliseconds;
                return null;
            default:
                return $"'timestamp' is {JsonTokens.Given(ref reader, json)}; "
                    + "it is milliseconds since 1970 or ISO 8601.";
        }
    }
}
