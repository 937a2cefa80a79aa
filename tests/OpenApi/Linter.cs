using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Npm;

namespace Serverless.OpenApi;

/// <summary>Lints a document by the rules of <c>redocly.yaml</c>; asks no network.</summary>
public static class Linter
{
    /// <summary>Lints.</summary>
    /// <param name="document">The document.</param>
    /// <param name="cancellationToken">Ends the linter.</param>
    /// <returns>What it finds, warnings included, in one sentence each with rule and place.</returns>
    /// <exception cref="InvalidOperationException">It found errors, and its output is the message.</exception>
    public static async Task<IReadOnlyList<string>> LintAsync(JsonObject document, CancellationToken cancellationToken)
    {
        var folder = await NpmFolder.EnsureAsync("OpenApi", cancellationToken);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, document.ToJsonString(), cancellationToken);
            var output = await NpmCommand.RunAsync("node", ["lint.mjs", file], folder, cancellationToken);
            using var report = JsonDocument.Parse(output);
            return [.. report.RootElement.GetProperty("problems").EnumerateArray().Select(Sentence)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Sentence(JsonElement problem) =>
        $"{problem.GetProperty("ruleId")} at {problem.GetProperty("location")[0].GetProperty("pointer")}: "
        + problem.GetProperty("message");
}
