using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>The checker finds each defect within a few seeds: one that it misses would be missed in the engine,
/// too.</summary>
public sealed class DefectTests
{
    private const int SeedsMax = 40;

    private static readonly Defect[] Defects =
    [
        .. SegmentDefects.All, .. BlockDefects.All, .. TableDefects.All, .. SendDefects.All, .. ReadDefects.All,
        .. ProducerDefects.All, .. GroupDefects.All, .. KeeperDefects.All,
    ];

    public static TheoryData<string> Names => [.. Defects.Select(static defect => defect.Name)];

    // Clients of the simulation state where they read, and learn one offset for a whole batch: these two show only
    // where a server keeps the position, or answers record by record.
    [Fact]
    public void Every_anomaly_that_the_simulation_can_show_has_a_defect() => Assert.Equal(
        [AnomalyKind.NonmonotonicPoll, AnomalyKind.InternalNonmonotonicSend],
        Enum.GetValues<AnomalyKind>().Except(Defects.Select(static defect => defect.ShownBy)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_defect_is_found(string name)
    {
        var defect = Defects.Single(one => one.Name == name);
        var others = new SortedSet<AnomalyKind>();
        for (var seed = 1UL; seed <= SeedsMax; seed++)
        {
            var report = SimulationRun.Execute(seed, new Codecs(), Small(defect.Options()));
            if (report.Anomalies.Any(one => one.Kind == defect.ShownBy))
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"found with seed {seed}");
                return;
            }

            others.UnionWith(report.Anomalies.Select(static one => one.Kind));
        }

        Assert.Fail($"{name}: no {defect.ShownBy} in {SeedsMax} seeds, but {string.Join(", ", others)}.");
    }

    // A defect shows in a small world as well, and a broken engine may need very long to come to an end.
    private static SimulationOptions Small(SimulationOptions options) => options with
    {
        Limits = new SchedulerLimits(StepsMax: 100_000, SchedulerLimits.Default.TimeMax),
        Adjust = knobs => options.Adjust(knobs with
        {
            Places = Math.Min(knobs.Places, 3),
            Partitions = 1,
            Workload = knobs.Workload with { Turns = 30 },
        }),
    };
}
