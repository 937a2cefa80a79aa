using System.Text.Json.Nodes;
using Serverless.OpenApi;

namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>The OpenAPI document as a node gives it, and the one validator of this process.</summary>
internal static class NodeContract
{
    private static readonly Lazy<Task<Contract>> Learned = new(LearnAsync);

    private static readonly Lazy<Task<SchemaValidator>> Validator = new(static async () =>
        await SchemaValidator.StartAsync((await Learned.Value).Document, CancellationToken.None));

    /// <summary>Watches what is said to one node.</summary>
    public static ContractWatch NewWatch() => new(() => Learned.Value, () => Validator.Value);

    // From a node of its own: those of the tests may be killed at any time.
    private static async Task<Contract> LearnAsync()
    {
        using var folder = new ScratchFolder();
        await using var node = await HostProcess.StartAsync(folder.Path);
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(node.Address, "openapi.json"));
        return new Contract(JsonNode.Parse(text)!.AsObject(), node.Address.GetLeftPart(UriPartial.Authority));
    }
}
