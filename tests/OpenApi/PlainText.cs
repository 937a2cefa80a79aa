using System.Globalization;
using System.Text.Json;

namespace Serverless.OpenApi;

/// <summary>Parameters and headers are text; their schema says what that text stands for. Pure.</summary>
public static class PlainText
{
    /// <summary>What a validator has to say about one.</summary>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="value">Its text.</param>
    /// <param name="schema">Its schema.</param>
    public static SchemaCheck Check(string what, string value, Place schema) =>
        new(what, schema.Path, IsClosed: false, [JsonOf(value, schema)]);

    private static string JsonOf(string value, Place schema) => schema.Text("type") switch
    {
        "integer" when long.TryParse(value, CultureInfo.InvariantCulture, out var number) => $"{number}",
        "boolean" when value is "true" or "false" => value,
        _ => JsonSerializer.Serialize(value),
    };
}
