using Serverless.Benchmarks.Flights;

namespace Serverless.Benchmarks.Http;

/// <summary>One way to bring or get records.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Kind">Which table it belongs to.</param>
/// <param name="Clients">How many connections, each with one request in flight.</param>
/// <param name="PrepareAsync">Makes what a new node needs, and each client's requests.</param>
internal sealed record Scenario(
    string Name, ScenarioKind Kind, int Clients, Func<HostProcess, int, Task<PreparedRequest[][]>> PrepareAsync)
{
    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [.. ProduceScenarios.All, .. ReadScenarios.All];

    /// <summary>Its own requests on a new node.</summary>
    public Task<PreparedRequest[][]> PrepareOnAsync(HostProcess node) => PrepareAsync(node, Clients);
}
