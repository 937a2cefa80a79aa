using System.Text.Json.Nodes;

namespace Serverless.OpenApi;

/// <summary>A place in the document.</summary>
/// <param name="Path">Where it is, as <c>#/paths/~1topics/get</c>.</param>
/// <param name="Node">What is there.</param>
/// <param name="Document">The whole document.</param>
public sealed record Place(string Path, JsonNode Node, JsonNode Document)
{
    /// <summary>
    /// A member of this object, at its own place where it is only referred to; null when there is none.
    /// </summary>
    /// <param name="name">The member's name.</param>
    public Place? this[string name] =>
        Node is JsonObject members && members[name] is { } member
            ? new Place($"{Path}/{Escaped(name)}", member, Document).Followed()
            : null;

    /// <summary>The members of this object, each as from the indexer.</summary>
    public IEnumerable<KeyValuePair<string, Place>> Members() => Node is JsonObject members
        ? members.Select(member => KeyValuePair.Create(member.Key, this[member.Key]!))
        : [];

    /// <summary>The elements of this array, each at its own place where it is only referred to.</summary>
    public IEnumerable<Place> Elements() => Node is JsonArray elements
        ? elements.Select((element, index) => new Place($"{Path}/{index}", element!, Document).Followed())
        : [];

    /// <summary>The text of a member, or null.</summary>
    /// <param name="name">The member's name.</param>
    public string? Text(string name) =>
        this[name]?.Node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Whether a member is <c>true</c>.</summary>
    /// <param name="name">The member's name.</param>
    public bool Says(string name) => this[name]?.Node is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;

    // References between objects of the document, like responses; the schemas' own are the validator's business.
    private Place Followed()
    {
        if (Node is not JsonObject { Count: 1 } reference || reference["$ref"]?.GetValue<string>() is not { } pointer)
        {
            return this;
        }

        var place = new Place("#", Document, Document);
        foreach (var name in pointer.Split('/').Skip(1))
        {
            place = place[Unescaped(name)]
                ?? throw new InvalidDataException($"{Path} refers to {pointer}, and nothing is there.");
        }

        return place;
    }

    private static string Unescaped(string name) =>
        name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string Escaped(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
