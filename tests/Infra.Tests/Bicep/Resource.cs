using System.Text.Json.Nodes;

namespace Serverless.Infra.Tests.Bicep;

/// <summary>A resource as the service would get it.</summary>
/// <param name="Json">All of it.</param>
internal sealed record Resource(JsonNode Json)
{
    /// <summary>The whole id; holds an expression where a name depends on the cloud.</summary>
    public string Id => Text("id");

    /// <summary>The type, such as <c>Microsoft.Storage/storageAccounts</c>.</summary>
    public string Type => Text("type");

    /// <summary>The name; names of children have their parents' in front.</summary>
    public string Name => Text("name");

    /// <summary>What an extension resource belongs to: the id in front of the last <c>/providers/</c>.</summary>
    public string Scope => Id[..Id.LastIndexOf("/providers/", StringComparison.Ordinal)];

    /// <summary>The value at a path such as <c>properties.siteConfig.ftpsState</c>; null where there is none.</summary>
    public JsonNode? this[string path]
    {
        get
        {
            JsonNode? node = Json;
            foreach (var name in path.Split('.'))
            {
                node = node?[name];
            }

            return node;
        }
    }

    /// <summary>The text at a path; empty where there is none.</summary>
    public string Text(string path) => this[path]?.GetValue<string>() ?? "";

    /// <summary>The switch at a path; null where there is none.</summary>
    public bool? Switch(string path) => this[path]?.GetValue<bool>();

    /// <summary>The items at a path; empty where there are none.</summary>
    public IReadOnlyList<JsonNode> List(string path) => [.. (this[path]?.AsArray() ?? []).Select(static item => item!)];

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Name}";
}
