using System.Text.Json.Nodes;

namespace Serverless.Infra.Tests.Bicep;

/// <summary>The values that a parameter file comes to.</summary>
internal static class BuiltParameters
{
    /// <summary>The values by name.</summary>
    /// <param name="run">A call of <c>build-params --stdout</c>.</param>
    public static IReadOnlyDictionary<string, JsonNode?> Of(BicepRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var built = JsonNode.Parse(run.Output)!["parametersJson"]!.GetValue<string>();
        return JsonNode.Parse(built)!["parameters"]!.AsObject()
            .ToDictionary(static pair => pair.Key, static pair => pair.Value!["value"]);
    }
}
