namespace Serverless.Benchmarks.Peers;

/// <summary>One way to put records into a system.</summary>
/// <param name="Name">The system and the way, for the report.</param>
/// <param name="Durability">What has happened to a record when it is acknowledged.</param>
/// <param name="IsBatched">Whether 1,000 records go together, or each by itself.</param>
/// <param name="RunAsync">Sends for so long; gives the number of acknowledged records.</param>
internal sealed record PeerLoad(
    string Name, string Durability, bool IsBatched, Func<TimeSpan, Task<long>> RunAsync);
