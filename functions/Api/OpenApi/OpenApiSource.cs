using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Api.OpenApi;

/// <summary>JSON files, embedded in an assembly, that the OpenAPI document is composed of.</summary>
/// <param name="Assembly">Holds the files, each under a name like <c>OpenApi/Native/topics.json</c>.</param>
/// <param name="Prefix">Only files whose names begin with this are taken.</param>
public sealed record OpenApiSource(Assembly Assembly, string Prefix)
{
    // A file that says one thing twice is refused like two files that do.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the files, in the order of their names.</summary>
    public IReadOnlyList<OpenApiPart> Read() =>
    [
        .. Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
                && name.EndsWith(".json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    private OpenApiPart Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(name)!;
        return new OpenApiPart(name, JsonNode.Parse(stream, documentOptions: Strict)!.AsObject());
    }
}

/// <summary>One file of the document.</summary>
/// <param name="Name">What it is called where it contradicts another.</param>
/// <param name="Content">Members of an OpenAPI document, as far as this part has something to say about them.</param>
public sealed record OpenApiPart(string Name, JsonObject Content);
