using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>How the clients of one seed behave.</summary>
/// <param name="Turns">How many requests each client makes, about.</param>
/// <param name="Think">The longest pause between two requests of a client.</param>
/// <param name="Timeout">When a client gives up waiting for an answer.</param>
/// <param name="RecordsMax">The most records of a batch.</param>
/// <param name="RecordBytesMax">The longest value, in bytes.</param>
/// <param name="FetchBytesMax">The most bytes that a reader asks for at once.</param>
/// <param name="CompressedShare">The share of batches that are compressed.</param>
public sealed record Workload(
    int Turns,
    TimeSpan Think,
    TimeSpan Timeout,
    int RecordsMax,
    int RecordBytesMax,
    int FetchBytesMax,
    double CompressedShare)
{
    /// <summary>Draws a seed's workload.</summary>
    public static Workload Draw(SeededRandom random) => new(
        random.Pick(30, 60, 90),
        random.Pick(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(800)),
        random.Pick(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(20)),
        random.Pick(1, 5, 5, 20),
        random.Pick(10, 10, 100, 100, 1_000, 6_000),
        random.Pick(1, 1_000, 100_000, 1_000_000),
        random.Pick(0, 0, 0.05));
}
