namespace Serverless.Benchmarks.SharedLogs;

/// <summary>What busy partitions cost.</summary>
/// <param name="Log">The setting.</param>
/// <param name="Partitions">How many.</param>
/// <param name="IntervalMs">The topic's append interval.</param>
/// <param name="Seconds">How long was measured.</param>
/// <param name="Records">Records of 1 KiB that were acknowledged meanwhile.</param>
/// <param name="BytesWritten">Bytes that storage took meanwhile.</param>
/// <param name="Writing">What was asked of storage meanwhile.</param>
/// <param name="Keeping">What a keeper's run asks that seals, copies and cleans up what was written; 0 for dedicated logs,
/// whose segments need no copy.</param>
internal sealed record SharedLogsResult(
    string Log,
    int Partitions,
    int IntervalMs,
    double Seconds,
    long Records,
    long BytesWritten,
    Bill Writing,
    Bill Keeping)
{
    private const double SecondsOfMonth = 730 * 3600;

    /// <summary>A month of it: the keeper comes once an hour.</summary>
    public Bill Month => (Writing * (SecondsOfMonth / Seconds)) + (Keeping * 730);

    /// <summary>A GiB of records at the rate that was measured.</summary>
    public Bill Gibibyte => Month * (1024.0 * 1024 * 1024 / (Records / Seconds * 1024 * SecondsOfMonth));
}
