using System.Globalization;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>What came of one seed, for people.</summary>
internal static class ReportText
{
    private const int ProblemsMax = 20;
    private const int FaultsNamedMax = 20;

    /// <summary>Problems first, then numbers; the faults by name when they are few.</summary>
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

        foreach (var faults in Faults(report.Injected))
        {
            target.WriteLine($"  {faults}");
        }
    }

    /// <summary>Names the faults that were asked for and did not strike.</summary>
    public static void WriteMissed(SimulationReport report, FaultSelection asked, TextWriter target)
    {
        var missed = (asked.Only ?? []).Except(report.Injected).Select(static fault => $"{fault}");
        foreach (var fault in missed.Order(StringComparer.Ordinal))
        {
            target.WriteLine($"{fault} did not strike: with the others left out, this seed has no such fault.");
        }
    }

    private static IEnumerable<string> Faults(IReadOnlyList<FaultId> injected) => injected.Count <= FaultsNamedMax
        ? injected.Select(static fault => $"{fault}")
        : injected
            .CountBy(static fault => fault.Kind)
            .OrderBy(static kind => kind.Key)
            .Select(static kind => $"{FaultNames.Of(kind.Key)}: {kind.Value}");
}
