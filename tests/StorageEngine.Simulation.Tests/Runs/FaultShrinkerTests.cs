using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Runs;

namespace Serverless.StorageEngine.Simulation.Tests.Runs;

public sealed class FaultShrinkerTests
{
    private static readonly FaultId[] Faults =
    [
        .. Enumerable.Range(0, 50).Select(static number =>
            new FaultId(number % 2 == 0 ? FaultKind.Freeze : FaultKind.AnswerLost, "place", number)),
    ];

    [Fact]
    public void A_failure_is_shrunk_to_the_two_faults_that_it_needs()
    {
        var shrinker = new FaultShrinker(static faults => Run(faults, [Faults[7], Faults[33]]), runsMax: 200);

        var smallest = shrinker.Shrink(Run(FaultSelection.All, []));

        Assert.Equal([Faults[7], Faults[33]], smallest.Injected);
        Assert.InRange(shrinker.Runs, 1, 100);
    }

    [Fact]
    public void A_failure_without_any_fault_is_shrunk_to_none()
    {
        var shrinker = new FaultShrinker(static faults => Run(faults, []), runsMax: 200);

        Assert.Empty(shrinker.Shrink(Run(FaultSelection.All, [])).Injected);
    }

    [Fact]
    public void It_ends_with_its_budget()
    {
        var shrinker = new FaultShrinker(static faults => Run(faults, Faults), runsMax: 10);

        Assert.Equal(50, shrinker.Shrink(Run(FaultSelection.All, [])).Injected.Count);
        Assert.Equal(10, shrinker.Runs);
    }

    // Fails alike as long as all of the needed faults strike.
    private static SimulationReport Run(FaultSelection selection, FaultId[] needed)
    {
        var struck = Faults.Where(selection.Allows).ToList();
        Anomaly[] anomalies = needed.All(struck.Contains)
            ? [new Anomaly(AnomalyKind.LostWrite, "somewhere", "", [])]
            : [new Anomaly(AnomalyKind.OffsetGap, "elsewhere", "", [])];
        return new SimulationReport(
            1, [], anomalies, new History(), struck, 0, 0, TimeSpan.Zero, new Dictionary<string, long>());
    }
}
