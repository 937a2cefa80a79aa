using System.Text.Json.Nodes;

namespace Serverless.Infra.Tests.Bicep;

/// <summary>All resources of a parameter set.</summary>
internal sealed class Snapshot
{
    private readonly JsonNode _json;

    private Snapshot(JsonNode json)
    {
        _json = json;
        Resources = [.. json["predictedResources"]!.AsArray().Select(static item => new Resource(item!))];
    }

    /// <summary>The resources in the order in which the templates name them.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>What the compiler could not settle; none is expected.</summary>
    public JsonArray Diagnostics => _json["diagnostics"]!.AsArray();

    /// <summary>What the deployment returns, by name.</summary>
    public IReadOnlyDictionary<string, string> Outputs =>
        TextsOf(_json["outputs"]!);

    /// <summary>All accounts.</summary>
    public IReadOnlyList<Resource> Accounts => OfType("Microsoft.Storage/storageAccounts");

    /// <summary>The account of the Functions host.</summary>
    public Resource HostAccount => AccountsCalled("sthost").Single();

    /// <summary>The account of the rows.</summary>
    public Resource StateAccount => AccountsCalled("ststate").Single();

    /// <summary>The accounts of the segments.</summary>
    public IReadOnlyList<Resource> LogAccounts => AccountsCalled("stlog");

    /// <summary>The app.</summary>
    public Resource App => OfType("Microsoft.Web/sites").Single();

    /// <summary>The app settings, by name.</summary>
    public IReadOnlyDictionary<string, string> AppSettings =>
        TextsOf(OfType("Microsoft.Web/sites/config").Single()["properties"]!);

    /// <summary>Reads the snapshot that is stored beside a parameter file.</summary>
    /// <param name="set">One of <see cref="ParameterSet"/>.</param>
    public static Snapshot Read(string set) =>
        new(JsonNode.Parse(RepositoryFiles.Read(set + ".snapshot.json"))!);

    /// <summary>The resources of one type.</summary>
    public IReadOnlyList<Resource> OfType(string type) => [.. Resources.Where(resource => resource.Type == type)];

    private static Dictionary<string, string> TextsOf(JsonNode json) => json.AsObject()
        .ToDictionary(static pair => pair.Key, static pair => pair.Value!.GetValue<string>());

    private IReadOnlyList<Resource> AccountsCalled(string prefix) =>
        [.. Accounts.Where(account => account.Name.StartsWith(prefix, StringComparison.Ordinal))];
}
