using System.Text.Json.Nodes;
using Serverless.Functions.Api;
using Serverless.Functions.Api.OpenApi;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Host.Telemetry;
using Serverless.OpenApi;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>The OpenAPI document as a node serves it, and the one validator of this process.</summary>
internal static class TestContract
{
    private const string BaseUrl = "http://127.0.0.1:7071";

    /// <summary>The document, not bound to an address yet.</summary>
    public static OpenApiDocument Document { get; } = new(Sources);

    /// <summary>Where its parts are.</summary>
    public static IReadOnlyList<OpenApiSource> Sources =>
        [new(typeof(ApiRoutes).Assembly, "OpenApi/"), HealthEndpoints.Description, MetricsEndpoint.Description];

    private static readonly Lazy<Contract> OfNode = new(static () => new Contract(
        JsonNode.Parse(Document.At(BaseUrl).Json)!.AsObject(), BaseUrl));

    private static readonly Lazy<Task<SchemaValidator>> Validator = new(
        static () => SchemaValidator.StartAsync(OfNode.Value.Document, CancellationToken.None));

    /// <summary>Its operations.</summary>
    public static Contract Contract => OfNode.Value;

    /// <summary>Watches one node.</summary>
    public static ContractWatch NewWatch() => new(static () => Task.FromResult(Contract), static () => Validator.Value);
}
