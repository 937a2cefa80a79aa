using System.Text.Json;

namespace Serverless.Functions.Api.Bodies;

/// <summary>The readable part of a JSON reader's complaint.</summary>
internal static class JsonDetail
{
    /// <summary>
    /// The sentence without the position that the reader appends; that is relative to a piece of the body.
    /// </summary>
    /// <param name="exception">From <see cref="Utf8JsonReader"/>.</param>
    public static string Of(JsonException exception)
    {
        var position = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? exception.Message : exception.Message[..position];
    }
}
