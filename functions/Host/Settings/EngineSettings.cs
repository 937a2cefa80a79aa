using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Host.Settings;

/// <summary>The limits of the engine in this node.</summary>
internal static class EngineSettings
{
    private static readonly EventLogSettings Log = new();
    private static readonly TopicCatalogSettings Topics = new();

    /// <summary>The bytes that wait for an append of one log.</summary>
    public static readonly Setting<long> PendingBytesMax = Setting.Number(
        "pending-bytes-max",
        Log.PendingBytesMax,
        1_048_576,
        int.MaxValue,
        "bytes",
        "how much may wait for an append of one partition; more gets 429");

    /// <summary>The bytes that wait for appends of all logs.</summary>
    public static readonly Setting<long> PendingBytesTotalMax = Setting.Number(
        "pending-bytes-total-max",
        Log.PendingBytesTotalMax,
        1_048_576,
        1L << 40,
        "bytes",
        "how much may wait for appends of all partitions together; more gets 429");

    /// <summary>The bytes of blocks in memory for readers.</summary>
    public static readonly Setting<long> CacheBytesMax = Setting.Number(
        "cache-bytes-max",
        Log.CacheBytesMax,
        0,
        1L << 40,
        "bytes",
        "how much of the logs is kept in memory for readers");

    /// <summary>The bytes of shared logs in memory for the readers of their partitions.</summary>
    public static readonly Setting<long> SharedRecentBytesMax = Setting.Number(
        "shared-recent-bytes-max",
        Log.SharedRecentBytesMax,
        0,
        1L << 40,
        "bytes",
        "how much that other nodes wrote to shared logs is kept in memory until the readers of each partition have come");

    /// <summary>How long a lease lasts.</summary>
    public static readonly Setting<TimeSpan> LeaseDuration = Setting.Milliseconds(
        "lease-ms", Log.LeaseDuration, 1_000, 600_000, "how long a partition waits for a leader that fell silent");

    /// <summary>How many logs are open.</summary>
    public static readonly Setting<long> OpenLogsMax = Setting.Number(
        "open-logs-max", Log.OpenLogsMax, 1, 1_000_000, "logs", "how many partitions this node keeps open at once");

    /// <summary>How long the engine's end may take. With <c>--shutdown-ms</c> it stays below five seconds.</summary>
    public static readonly Setting<TimeSpan> CloseTimeout = Setting.Milliseconds(
        "close-ms",
        TimeSpan.FromSeconds(1),
        0,
        600_000,
        "how long a stopping node may take to finish appends and give its leases back");

    /// <summary>How old a known topic may be.</summary>
    public static readonly Setting<TimeSpan> TopicCacheAge = Setting.Milliseconds(
        "topic-cache-ms",
        Topics.TopicCacheAge,
        0,
        60_000,
        "how long this node may not notice that another node changed a topic");

    /// <summary>How many topics are remembered.</summary>
    public static readonly Setting<long> TopicsCachedMax = Setting.Number(
        "topics-cached-max", Topics.TopicsCachedMax, 0, 1_000_000, "topics", "how many topics are remembered");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        PendingBytesMax, PendingBytesTotalMax, CacheBytesMax, SharedRecentBytesMax, LeaseDuration, OpenLogsMax, CloseTimeout,
        TopicCacheAge, TopicsCachedMax,
    ];

    /// <summary>Puts the limits of the logs together.</summary>
    /// <param name="values">What the operator set.</param>
    public static EventLogSettings ReadLog(SettingValues values) => new()
    {
        PendingBytesMax = (int)values.Get(PendingBytesMax),
        PendingBytesTotalMax = values.Get(PendingBytesTotalMax),
        CacheBytesMax = values.Get(CacheBytesMax),
        SharedRecentBytesMax = values.Get(SharedRecentBytesMax),
        LeaseDuration = values.Get(LeaseDuration),
        OpenLogsMax = (int)values.Get(OpenLogsMax),
        CloseTimeout = values.Get(CloseTimeout),
    };

    /// <summary>Puts the limits of the catalog and the defaults of topics together.</summary>
    /// <param name="values">What the operator set.</param>
    /// <param name="storage">The storage, on whose price one default depends.</param>
    public static TopicCatalogSettings ReadTopics(SettingValues values, StorageKind storage) => new()
    {
        TopicCacheAge = values.Get(TopicCacheAge),
        TopicsCachedMax = (int)values.Get(TopicsCachedMax),
        ConfigDefaults = TopicSettings.Read(values, storage),
    };
}
