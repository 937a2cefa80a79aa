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
    public static string Of(JsonElement value) => TryOf(value) ?? throw Refusal();

    /// <summary>The text of a string, or null when an escape stands for no character.</summary>
    public static string? TryOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The name of a member.</summary>
    /// <exception cref="RequestRefusedException">An escape stands for no character.</exception>
    public static string NameOf(in JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Refusal();
        }
    }

    /// <summary>Whether the names of an object's members are text; else none can be looked for by its name.</summary>
    /// <param name="value">What is no object has no names, and is fine.</param>
    public static bool HasNames(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        try
        {
            foreach (var member in value.EnumerateObject())
            {
                _ = member.Name;
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static RequestRefusedException Refusal() =>
        new(Problem.InvalidRequest("An escape of a string stands for no character."));
}
