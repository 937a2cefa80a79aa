using System.Text.Json.Nodes;

namespace Serverless.Functions.Api.OpenApi;

/// <summary>Makes one OpenAPI document of its parts. Pure.</summary>
/// <remarks>
/// Whatever has a name is defined once: a path, a component, a tag, and a member of the document itself. The
/// <c>servers</c> of a part that has <c>paths</c> are those of its paths, and not of the whole document.
/// </remarks>
public static class OpenApiComposition
{
    private const string Components = "components";
    private const string Paths = "paths";
    private const string Servers = "servers";
    private const string Tags = "tags";

    /// <summary>Composes the document.</summary>
    /// <param name="parts">The parts; the document has their members in the same order.</param>
    /// <exception cref="InvalidDataException">Two parts define the same, or one defines what no part may.</exception>
    public static JsonObject Compose(IEnumerable<OpenApiPart> parts)
    {
        var homes = new Dictionary<string, string>(StringComparer.Ordinal);
        var (head, tags, paths, components) = (new JsonObject(), new JsonArray(), new JsonObject(), new JsonObject());
        foreach (var part in parts)
        {
            foreach (var (member, value) in part.Content)
            {
                switch (member)
                {
                    case Tags:
                        AddTags(part, value!.AsArray(), tags, homes);
                        break;
                    case Paths:
                        AddPaths(part, value!.AsObject(), paths, homes);
                        break;
                    case Components:
                        AddComponents(part, value!.AsObject(), components, homes);
                        break;
                    case Servers when part.Content.ContainsKey(Paths):
                        break;
                    default:
                        Add(head, member, value, $"the member {member}", part, homes);
                        break;
                }
            }
        }

        head[Tags] = tags;
        head[Paths] = paths;
        head[Components] = components;
        return head;
    }

    private static void AddTags(OpenApiPart part, JsonArray from, JsonArray tags, Dictionary<string, string> homes)
    {
        foreach (var tag in from)
        {
            Claim($"the tag {tag!["name"]}", part, homes);
            tags.Add(tag.DeepClone());
        }
    }

    private static void AddPaths(OpenApiPart part, JsonObject from, JsonObject paths, Dictionary<string, string> homes)
    {
        foreach (var (path, item) in from)
        {
            Add(paths, path, item, $"the path {path}", part, homes);
            if (part.Content[Servers] is { } servers)
            {
                paths[path]!.AsObject()[Servers] = servers.DeepClone();
            }
        }
    }

    private static void AddComponents(
        OpenApiPart part, JsonObject from, JsonObject components, Dictionary<string, string> homes)
    {
        foreach (var (section, members) in from)
        {
            var merged = components[section] as JsonObject ?? [];
            components[section] = merged;
            foreach (var (name, component) in members!.AsObject())
            {
                Add(merged, name, component, $"{section}/{name}", part, homes);
            }
        }
    }

    private static void Add(
        JsonObject to, string name, JsonNode? value, string what, OpenApiPart part, Dictionary<string, string> homes)
    {
        Claim(what, part, homes);
        to[name] = value?.DeepClone();
    }

    private static void Claim(string what, OpenApiPart part, Dictionary<string, string> homes)
    {
        if (!homes.TryAdd(what, part.Name))
        {
            throw new InvalidDataException(
                $"The OpenAPI document defines {what} twice, in {homes[what]} and in {part.Name}.");
        }
    }
}
