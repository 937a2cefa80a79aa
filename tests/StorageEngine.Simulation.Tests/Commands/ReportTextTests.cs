using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

public sealed class ReportTextTests
{
    [Fact]
    public void Few_faults_are_named_as_they_can_be_asked_for()
    {
        using var text = new StringWriter();

        ReportText.Write(Report(faults: 20), text);

        Assert.Contains("  kill@node1#20", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_faults_are_counted_by_kind()
    {
        using var text = new StringWriter();

        ReportText.Write(Report(faults: 21), text);

        Assert.Contains("  kill: 21", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_that_was_asked_for_and_did_not_strike_is_told()
    {
        using var text = new StringWriter();
        ImmutableHashSet<FaultId> asked = [Kill(1), Kill(7)];

        ReportText.WriteMissed(Report(faults: 2), FaultSelection.All with { Only = asked }, text);

        Assert.Equal(
            "kill@node1#7 did not strike: with the others left out, this seed has no such fault." + text.NewLine,
            text.ToString());
    }

    private static SimulationReport Report(int faults) => new(
        Seed: 42,
        Problems: [],
        Anomalies: [],
        new History(),
        [.. Enumerable.Range(1, faults).Select(static count => Kill(count))],
        TraceHash: 0,
        Steps: 0,
        TimeSpan.Zero,
        ImmutableDictionary<string, long>.Empty);

    private static FaultId Kill(long count) => new(FaultKind.Kill, "node1", count);
}
