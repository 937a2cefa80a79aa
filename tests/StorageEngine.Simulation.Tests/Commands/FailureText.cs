using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>A failing seed, shrunk, with the command that shows it again.</summary>
internal static class FailureText
{
    private const int RunsMax = 200;

    /// <summary>Shrinks the failure and describes what is left.</summary>
    public static string Of(SimulationReport failed)
    {
        var shrinker = new FaultShrinker(
            faults => SimulationRun.Execute(
                failed.Seed, new Codecs(), SimulationOptions.Default with { Faults = faults }),
            RunsMax);
        var smallest = shrinker.Shrink(failed);
        using var text = new StringWriter();
        text.WriteLine($"Seed {failed.Seed} fails with {failed.Injected.Count} faults; after {shrinker.Runs} more runs "
            + $"it still fails with {smallest.Injected.Count}:");
        ReportText.Write(smallest, text);
        text.WriteLine(CommandOf(smallest));
        return text.ToString();
    }

    private static string CommandOf(SimulationReport report) =>
        $"dotnet run -c Release --project tests/StorageEngine.Simulation.Tests -- replay {report.Seed} --only "
        + (report.Injected.Count == 0 ? CommandArguments.None : string.Join(',', report.Injected));
}
