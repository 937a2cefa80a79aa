using System.Text.Json.Nodes;

namespace Serverless.OpenApi;

/// <summary>The operations of an OpenAPI document.</summary>
public sealed class Contract
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    /// <summary>Reads a document.</summary>
    /// <param name="document">The document, with servers that name the address <paramref name="baseUrl"/>.</param>
    /// <param name="baseUrl">The address, without a slash at the end.</param>
    public Contract(JsonObject document, string baseUrl)
    {
        Document = document;
        var root = new Place("#", document, document);
        Operations =
        [
            .. root["paths"]!.Members()
                .SelectMany(path => OperationsOf(path.Key, path.Value, root, baseUrl))
                .OrderBy(static operation => operation.Parameters)
                .ThenByDescending(static operation => operation.Literals),
        ];
        Errors =
        [
            new("#/components/schemas/Problem", "application/problem+json"),
            new("#/components/schemas/AzureError", "application/json", "/eventsubscriptions/"),
            new("#/components/schemas/ConfluentError", "application/json"),
        ];
    }

    /// <summary>The document.</summary>
    public JsonObject Document { get; }

    /// <summary>All operations; those whose paths say more by themselves come first.</summary>
    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>What refuses a request that no operation covers.</summary>
    public IReadOnlyList<ErrorShape> Errors { get; }

    private static IEnumerable<Operation> OperationsOf(string path, Place item, Place root, string baseUrl) =>
        from server in (item["servers"] ?? root["servers"])!.Elements()
        from method in Methods
        let operation = item[method]
        where operation is not null
        select new Operation(
            method.ToUpperInvariant(), server.Text("url")![baseUrl.Length..] + path, item, operation);
}

/// <summary>How the refusals of one of the APIs look.</summary>
/// <param name="Path">Their schema.</param>
/// <param name="MediaType">Their media type.</param>
/// <param name="Part">What is part of the paths that they refuse; empty for all that no other shape is for.</param>
public sealed record ErrorShape(string Path, string MediaType, string Part = "");
