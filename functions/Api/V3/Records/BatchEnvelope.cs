using System.Runtime.InteropServices;
using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Reads <c>{"entries":[{"id", …},…]}</c>. Pure; what the entries hold beside their ids is left to others.
/// </summary>
internal static class BatchEnvelope
{
    /// <summary>The most entries: Confluent's default of <c>produce.batch.maximum.entries</c>.</summary>
    public const int EntriesMax = 10;

    /// <summary>The longest id, in characters.</summary>
    public const int IdLengthMax = 80;

    /// <summary>Reads the envelope.</summary>
    /// <param name="json">The body; null when there is none.</param>
    /// <param name="entries">The entries in their order, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    /// <exception cref="RequestRefusedException">An escape in the envelope's names stands for no character.</exception>
    public static ConfluentError? Read(byte[]? json, out List<BatchEntry> entries)
    {
        entries = [];
        if (json is null)
        {
            return Invalid("Request body is missing.");
        }

        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return ConfluentError.BadRequest("A batch is an object {\"entries\":[…]}.");
        }

        JsonElement? array = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (JsonText.NameOf(member) != "entries")
            {
                return ConfluentError.BadRequest("A batch has the member entries, and no other.");
            }

            if (array is not null)
            {
                return ConfluentError.BadRequest("The member entries is there twice.");
            }

            array = member.Value;
        }

        return array is { ValueKind: JsonValueKind.Array } some
            ? ReadEntries(some, entries)
            : ConfluentError.BadRequest("The member entries is an array.");
    }

    private static ConfluentError? ReadEntries(JsonElement array, List<BatchEntry> entries)
    {
        var count = array.GetArrayLength();
        if (count == 0)
        {
            return Invalid("Empty batch.");
        }

        if (count > EntriesMax)
        {
            return Invalid($"Too many entries in batch: {count}, and at most {EntriesMax} are allowed.");
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in array.EnumerateArray())
        {
            if (!JsonText.HasNames(entry))
            {
                return Invalid("An escape in the name of a batch entry's member stands for no character.");
            }

            if (IdOf(entry) is not { } id)
            {
                return Invalid("Batch entry IDs must be 1 to 80 of letters, digits, '-' and '_'.");
            }

            if (!ids.Add(id))
            {
                return Invalid("Batch entry IDs are not distinct.");
            }

            entries.Add(new(id, JsonMarshal.GetRawUtf8Value(entry).ToArray()));
        }

        return null;
    }

    private static string? IdOf(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty("id"u8, out var id)
        && id.ValueKind == JsonValueKind.String
        && id.GetRawText() is { Length: >= 3 and <= IdLengthMax + 2 } quoted
        && quoted[1..^1].All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? quoted[1..^1]
            : null;

    private static ConfluentError Invalid(string detail) => new(ConfluentErrorCode.InvalidBatch, detail);
}
