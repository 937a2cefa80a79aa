namespace Serverless.Benchmarks.Peers;

/// <summary>What the benchmark of the peers found.</summary>
/// <param name="Results">Of each load, in the order of the report.</param>
/// <param name="Versions">What ran, with its version.</param>
/// <param name="Skipped">What did not run, and why.</param>
internal sealed record PeersResult(
    IReadOnlyList<PeerResult> Results, IReadOnlyList<string> Versions, IReadOnlyList<string> Skipped);
