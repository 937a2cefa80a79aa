using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Bodies;

/// <summary>Says why a small JSON body is not what a request needs. Pure.</summary>
internal static class JsonMisfit
{
    /// <summary>What the body of this type is, as it goes on after "is".</summary>
    /// <param name="type">An object.</param>
    public static string Expected(JsonTypeInfo type) => $"object with some of {Known(type)}";

    /// <summary>The sentence about a body that the deserializer refused.</summary>
    /// <param name="body">The body, in valid UTF-8.</param>
    /// <param name="type">An object: its members are texts, whole numbers, truth values, arrays of texts, of numbers or
    /// of such objects, or objects with any members.</param>
    /// <exception cref="RequestRefusedException">An escape in a member's name stands for no character.</exception>
    public static string Describe(ReadOnlyMemory<byte> body, JsonTypeInfo type)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Describe(document.RootElement, type);
        }
        catch (JsonException exception)
        {
            return $"The body is not well-formed JSON at line {exception.LineNumber + 1}, byte "
                + $"{exception.BytePositionInLine} of the line: {JsonDetail.Of(exception, body.Span)}";
        }
    }

    private static string Describe(JsonElement body, JsonTypeInfo type) =>
        Misfit("The body", body, type) ?? "An escape of a text stands for no character.";

    // Null when nothing is wrong.
    private static string? Misfit(string what, JsonElement value, JsonTypeInfo type)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return $"{what} is an {Expected(type)}; it is {Quotation.Of(value.GetRawText())}.";
        }

        if (RepeatedIn(value) is { } repeated)
        {
            return $"{what} has the member {Quotation.Of(repeated)} twice.";
        }

        foreach (var member in value.EnumerateObject())
        {
            var name = JsonText.NameOf(member);
            if (type.Properties.FirstOrDefault(property => property.Name == name) is not { } property)
            {
                return $"{what} has the unknown member {Quotation.Of(name)}; known are {Known(type)}.";
            }

            if (member.Value.ValueKind == JsonValueKind.Array && EntryOf(property.PropertyType) is { } entry)
            {
                var entryType = type.Options.GetTypeInfo(entry);
                var misfits = member.Value.EnumerateArray()
                    .Select(one => Misfit($"An entry of '{name}'", one, entryType));
                if (misfits.FirstOrDefault(static one => one is not null) is { } misfit)
                {
                    return misfit;
                }
            }
            else if (RepeatedIn(member.Value) is { } again)
            {
                return $"The member '{name}' has the member {Quotation.Of(again)} twice.";
            }
            else if (ExpectedOf(member.Value, property.PropertyType) is { } expected)
            {
                return $"The member '{name}' is {Quotation.Of(member.Value.GetRawText())}; it is {expected}.";
            }
        }

        return null;
    }

    // The first name that an object has twice; null where there is none, or no object.
    private static string? RepeatedIn(JsonElement value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(static member => JsonText.NameOf(member)).FirstOrDefault(n => !names.Add(n))
            : null;
    }

    // What stands in an array of objects; null for any other type.
    private static Type? EntryOf(Type type) =>
        type.IsGenericType
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        && type.GetGenericArguments()[0] is var entry
        && entry != typeof(string)
        && entry != typeof(int)
            ? entry
            : null;

    private static string Known(JsonTypeInfo type) =>
        string.Join(", ", type.Properties.Select(static property => property.Name));

    // Null when the value fits.
    private static string? ExpectedOf(JsonElement value, Type type)
    {
        if (type == typeof(int) || type == typeof(int?))
        {
            return (value.ValueKind == JsonValueKind.Null && type == typeof(int?))
                || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _))
                ? null
                : "a whole number like 3";
        }

        if (type == typeof(long?))
        {
            return value.ValueKind == JsonValueKind.Null
                || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _))
                ? null
                : "a whole number like 3";
        }

        if (type == typeof(bool?))
        {
            return value.ValueKind is JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False
                ? null
                : "true or false";
        }

        if (type == typeof(IReadOnlyList<int>))
        {
            return value.ValueKind == JsonValueKind.Null || IsArrayOfNumbers(value) ? null : "an array like [0,1]";
        }

        if (EntryOf(type) is not null)
        {
            return value.ValueKind == JsonValueKind.Null ? null : "an array of objects";
        }

        if (type == typeof(IReadOnlyList<string>))
        {
            return value.ValueKind == JsonValueKind.Null || IsArrayOfTexts(value) ? null : "an array of texts";
        }

        var (kind, name) = type == typeof(string)
            ? (JsonValueKind.String, "a text")
            : (JsonValueKind.Object, "an object from setting to value");
        return value.ValueKind == kind || value.ValueKind == JsonValueKind.Null ? null : name;
    }

    // Null is left to who reads the array.
    private static bool IsArrayOfTexts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(static one => one.ValueKind is JsonValueKind.String or JsonValueKind.Null);

    private static bool IsArrayOfNumbers(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(static one =>
            one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out _));
}
