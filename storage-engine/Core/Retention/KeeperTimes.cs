namespace Serverless.StorageEngine.Retention;

/// <summary>Compares instants that records and rows carry with the limits of a topic.</summary>
internal static class KeeperTimes
{
    /// <summary>An instant in the unit of record timestamps.</summary>
    public static long Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    /// <summary>Whether an instant lies further back than a limit; never where the limit is for ever.</summary>
    /// <param name="timestamp">Milliseconds since 1970, at least -1; may lie in the future.</param>
    /// <param name="limit">A length of time.</param>
    /// <param name="now">The storage service's time.</param>
    public static bool IsOlder(long timestamp, TimeSpan limit, DateTimeOffset now) =>
        limit < TimeSpan.MaxValue
        && Milliseconds(now) - timestamp > limit.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Whether a length of time has passed since an instant.</summary>
    public static bool HasPassed(DateTimeOffset since, TimeSpan wait, DateTimeOffset now) => now - since >= wait;
}
