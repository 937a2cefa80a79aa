namespace Serverless.Functions.Host.Settings;

/// <summary>The limits of the HTTP server: what it refuses before any endpoint sees it.</summary>
internal static class ServerSettings
{
    /// <summary>All request headers together.</summary>
    public static readonly Setting<long> HeaderBytesMax = Setting.Number(
        "header-bytes-max", 32_768, 1_024, 1_048_576, "bytes", "all headers of a request together; more gets 431");

    /// <summary>The number of request headers.</summary>
    public static readonly Setting<long> HeadersMax = Setting.Number(
        "headers-max", 100, 10, 10_000, "headers", "how many headers a request may have; more gets 431");

    /// <summary>How long a client may take to send its headers.</summary>
    public static readonly Setting<TimeSpan> HeadersTimeout = Setting.Milliseconds(
        "headers-timeout-ms",
        TimeSpan.FromSeconds(15),
        1_000,
        600_000,
        "how long a client may take to send the headers of a request");

    /// <summary>The slowest body that is still read. Streams that trickle on purpose lift it themselves.</summary>
    public static readonly Setting<long> BodyRateMin = Setting.Number(
        "body-rate-min",
        240,
        0,
        1L << 30,
        "bytes per second",
        "a client that sends its body slower gets 408; 0 allows any");

    /// <summary>The number of connections.</summary>
    public static readonly Setting<long> ConnectionsMax = Setting.Number(
        "connections-max",
        10_000,
        1,
        1_000_000,
        "connections",
        "how many connections are served at once; more are closed");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [HeaderBytesMax, HeadersMax, HeadersTimeout, BodyRateMin, ConnectionsMax];
}
