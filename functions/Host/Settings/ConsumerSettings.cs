using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Host.Settings;

/// <summary>The settings of consumer groups; all nodes of a store should agree.</summary>
internal static class ConsumerSettings
{
    private static readonly GroupSettings Defaults = new();

    /// <summary>See <see cref="GroupSettings.InstanceTimeout"/>.</summary>
    public static readonly Setting<TimeSpan> InstanceTimeout = Setting.Milliseconds(
        "instance-timeout-ms",
        Defaults.InstanceTimeout,
        1_000,
        86_400_000,
        "an instance of a consumer group that asks nothing for this long loses its partitions");

    /// <summary>See <see cref="GroupSettings.RecheckInterval"/>.</summary>
    public static readonly Setting<TimeSpan> RecheckInterval = Setting.Milliseconds(
        "group-recheck-ms",
        Defaults.RecheckInterval,
        100,
        600_000,
        "how often a waiting instance looks for partitions that others have left; each look is one paid query");

    /// <summary>See <see cref="GroupSettings.PatternRefreshInterval"/>.</summary>
    public static readonly Setting<TimeSpan> PatternRefreshInterval = Setting.Milliseconds(
        "pattern-refresh-ms",
        Defaults.PatternRefreshInterval,
        100,
        3_600_000,
        "how old the list of topics may be that subscribed patterns are matched against");

    /// <summary>See <see cref="GroupSettings.SessionTimeout"/>.</summary>
    public static readonly Setting<TimeSpan> SessionTimeout = Setting.Milliseconds(
        "session-timeout-ms",
        Defaults.SessionTimeout,
        1_000,
        86_400_000,
        "a member that names no session time-out of its own and is silent for this long loses its partitions");

    /// <summary>See <see cref="GroupSettings.RebalanceTimeout"/>.</summary>
    public static readonly Setting<TimeSpan> RebalanceTimeout = Setting.Milliseconds(
        "rebalance-timeout-ms",
        Defaults.RebalanceTimeout,
        1_000,
        86_400_000,
        "a living member that keeps partitions which it should give up is expelled after this long");

    /// <summary>See <see cref="GroupSettings.OffsetsRetention"/>.</summary>
    public static readonly Setting<long> OffsetsRetention = Setting.Number(
        "offsets-retention-minutes",
        (long)Defaults.OffsetsRetention.TotalMinutes,
        1,
        10_000_000,
        "minutes",
        "committed offsets of a group without members are forgotten after this long");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        InstanceTimeout, RecheckInterval, PatternRefreshInterval, SessionTimeout, RebalanceTimeout, OffsetsRetention,
    ];

    /// <summary>Puts the values together.</summary>
    /// <param name="values">What the operator set.</param>
    public static GroupSettings Read(SettingValues values) => new()
    {
        InstanceTimeout = values.Get(InstanceTimeout),
        RecheckInterval = values.Get(RecheckInterval),
        PatternRefreshInterval = values.Get(PatternRefreshInterval),
        SessionTimeout = values.Get(SessionTimeout),
        RebalanceTimeout = values.Get(RebalanceTimeout),
        OffsetsRetention = TimeSpan.FromMinutes(values.Get(OffsetsRetention)),
    };
}
