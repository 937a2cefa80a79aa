using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Simulation.Tests.Commands;

namespace Serverless.StorageEngine.Simulation.Tests.Seeds;

public sealed class SeedTests
{
    private const int FreshSeeds = 60;

    // Other ones each time, so that every run of the tests explores; a failure prints the seed.
    private static readonly ulong From = (ulong)Random.Shared.NextInt64(1, 1_000_000_000_000);

    [Fact]
    public void Fresh_seeds_keep_every_promise() =>
        Run([.. Enumerable.Range(0, FreshSeeds).Select(static number => From + (ulong)number)]);

    [Fact]
    public void Seeds_that_failed_once_keep_every_promise() => Run(KeptSeeds.All);

    private static void Run(IReadOnlyList<ulong> seeds)
    {
        SimulationReport? failed = null;
        SeedRunner.Run(seeds, Environment.ProcessorCount, report => failed = report.IsBad ? report : failed);
        if (failed is not null)
        {
            Assert.Fail(FailureText.Of(failed));
        }
    }
}
