using System.Text.Json.Nodes;

namespace Serverless.FunctionsHost;

/// <summary>The trigger of an HTTP function.</summary>
/// <param name="Methods">The methods that it takes, in upper case; the host refuses others.</param>
/// <param name="Route">Its route.</param>
public sealed record HttpTrigger(IReadOnlyList<string> Methods, string Route)
{
    internal static HttpTrigger Read(JsonNode trigger)
    {
        if ((string?)trigger["authLevel"] != "anonymous")
        {
            throw new InvalidDataException("The double asks for no keys.");
        }

        return new HttpTrigger(
            [.. trigger["methods"]!.AsArray().Select(static method => ((string)method!).ToUpperInvariant())],
            (string?)trigger["route"] ?? "");
    }
}
