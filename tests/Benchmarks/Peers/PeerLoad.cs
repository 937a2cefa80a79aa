namespace Serverless.Benchmarks.Peers;

/// <summary>One way to put records into a system, or to read them from it.</summary>
/// <param name="Name">The system and the way, for the report.</param>
/// <param name="Terms">
/// What has happened to a record when it is acknowledged; of a load that reads, how the reader goes on.
/// </param>
/// <param name="Kind">What it does.</param>
/// <param name="RunAsync">Works for so long; gives the number of records that were acknowledged, or read.</param>
internal sealed record PeerLoad(string Name, string Terms, PeerLoadKind Kind, Func<TimeSpan, Task<long>> RunAsync);
