using System.Globalization;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>What came of one seed, for people.</summary>
internal static class ReportText
{
    private const int ProblemsMax = 20;

    /// <summary>Problems first, then numbers.</summary>
    public static void Write(SimulationReport report, TextWriter target)
    {
        foreach (var problem in report.Problems.Take(ProblemsMax))
        {
            target.WriteLine(problem);
        }

        foreach (var anomaly in report.Anomalies.Take(ProblemsMax))
        {
            target.WriteLine(anomaly);
        }

        target.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {report.Seed}: {report.Problems.Count} problems, {report.Anomalies.Count} anomalies, "
            + $"{report.History.Operations.Length} operations, "
            + $"{report.Injected.Count} faults, {report.Steps} steps, {report.Time.TotalSeconds:0.0} s, "
            + $"trace {report.TraceHash:x16}"));
        foreach (var (path, count) in report.Paths)
        {
            target.WriteLine($"  {path}: {count}");
        }

        foreach (var kind in report.Injected.CountBy(static fault => fault.Kind).OrderBy(static kind => kind.Key))
        {
            target.WriteLine($"  {FaultNames.Of(kind.Key)}: {kind.Value}");
        }
    }
}
