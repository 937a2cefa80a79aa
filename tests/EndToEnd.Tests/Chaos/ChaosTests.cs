using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Chaos.Nodes;

namespace Serverless.EndToEnd.Tests.Chaos;

/// <summary>Real nodes under real faults, judged by the checker of the simulation.</summary>
/// <remarks>They take all processors they get, so no other test runs beside them.</remarks>
[Collection<ChaosTests>]
[CollectionDefinition(DisableParallelization = true)]
public sealed class ChaosTests(SharedAzurite azurite, ITestOutputHelper output)
{
    private readonly ChaosPlan _plan = ChaosPlan.FromEnvironment();

    [Fact]
    public async Task Killed_and_frozen_nodes_over_one_file_tell_no_lie()
    {
        await using var store = new EmbeddedChaosStore();
        await PlayAsync(store, new Random(_plan.Seed));
    }

    [Fact]
    public async Task Killed_and_frozen_nodes_over_faulty_storage_tell_no_lie()
    {
        var random = new Random(_plan.Seed);
        await using var store = await AzuriteChaosStore.CreateAsync(azurite, ChaosPlan.Nodes, random);
        await PlayAsync(store, random);
    }

    private async Task PlayAsync(IChaosStore store, Random random)
    {
        await using var cluster = new ChaosCluster(store, ChaosPlan.Nodes);
        var scenario = new ChaosScenario(store, cluster, random);
        await using var verdict = new ChaosVerdict(_plan, store, scenario, output);
        await scenario.PlayAsync(_plan.Acts);

        // Their keepers would go on while the store is read.
        await cluster.KillAllAsync();
        await verdict.JudgeAsync();
    }
}
