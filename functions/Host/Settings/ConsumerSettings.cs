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

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } = [InstanceTimeout, RecheckInterval, PatternRefreshInterval];

    /// <summary>Puts the values together.</summary>
    /// <param name="values">What the operator set.</param>
    public static GroupSettings Read(SettingValues values) => new()
    {
        InstanceTimeout = values.Get(InstanceTimeout),
        RecheckInterval = values.Get(RecheckInterval),
        PatternRefreshInterval = values.Get(PatternRefreshInterval),
    };
}
