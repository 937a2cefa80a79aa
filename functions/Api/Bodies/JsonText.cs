using System.Text.Json;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// The text of JSON strings. An escape may name half a surrogate pair (RFC 8259, section 8.2): well-formed JSON, but no
/// text.
/// </summary>
internal static class JsonText
{
    /// <summary>The text of the string or member name that the reader is at.</summary>
    /// <exception cref="RequestRefusedException">An escape stands for no character.</exception>
    public static string Of(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refusal();
        }
    }

    /// <summary>The text of a string.</summary>
    /// <exception cref="RequestRefusedException">An escape stands for no character.</exception>
    public static string Of(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refusal();
        }
    }

    private static RequestRefusedException Refusal() =>
        new(Problem.InvalidRequest("An escape of a string stands for no character."));
}
