namespace Serverless.Benchmarks.Engine;

/// <summary>Records of one size in requests of one size, with a number of requests in flight.</summary>
/// <param name="RecordBytes">The size of a record's value.</param>
/// <param name="RequestBytes">A request holds as many records as fit into a batch of this size.</param>
/// <param name="InFlight">Requests that wait for an answer at the same time.</param>
/// <param name="Requests">Requests of a round.</param>
internal sealed record Workload(int RecordBytes, int RequestBytes, int InFlight, int Requests)
{
    /// <summary>The sizes in words.</summary>
    public string Name => $"{Size(RecordBytes)} in {Size(RequestBytes)}, {InFlight} in flight";

    private static string Size(int bytes) => bytes switch
    {
        >= 1024 * 1024 => $"{bytes / 1024 / 1024} MiB",
        >= 1024 => $"{bytes / 1024} KiB",
        _ => $"{bytes} B",
    };
}
