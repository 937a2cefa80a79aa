namespace Serverless.Benchmarks.Latency;

/// <summary>Clients that always have a request waiting.</summary>
/// <param name="RecordBytes">The size of a record's value.</param>
/// <param name="RecordsPerRequest">Records of a request, one batch.</param>
/// <param name="Partitions">Partitions, each led by one of the nodes.</param>
/// <param name="Nodes">How many nodes.</param>
/// <param name="InFlight">Requests of one partition that wait for an answer at the same time.</param>
/// <param name="Seconds">How long, in simulated time.</param>
internal sealed record BusyLoad(
    int RecordBytes, int RecordsPerRequest, int Partitions, int Nodes, int InFlight, double Seconds)
{
    /// <summary>
    /// A cover of the matrix: sizes of records and requests at one partition, partitions and nodes at the middle size.
    /// What a call takes does not depend on its size in this model, so that larger requests only move more.
    /// </summary>
    public static IReadOnlyList<BusyLoad> All { get; } =
    [
        new(100, 1, 1, 1, 1, 60),
        new(100, 1, 1, 1, 8, 60),
        new(100, 100, 1, 1, 8, 20),
        new(100, 10_000, 1, 1, 2, 2),
        new(1_024, 100, 1, 1, 8, 10),
        new(10_240, 1, 1, 1, 8, 20),
        new(10_240, 100, 1, 1, 2, 2),
        new(100, 100, 8, 1, 8, 10),
        new(100, 100, 8, 8, 8, 10),
        new(100, 1, 100, 1, 8, 5),
        new(100, 100, 100, 1, 2, 4),
        new(100, 100, 100, 8, 2, 4),
    ];
}
