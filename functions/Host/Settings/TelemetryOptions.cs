namespace Serverless.Functions.Host.Settings;

/// <summary>What a node tells about itself, as far as no standard names the setting; see <see cref="TelemetryVariables"/>
/// for the rest.</summary>
internal static class TelemetryOptions
{
    /// <summary>How standard error is written.</summary>
    public static readonly Setting<LogFormat> LogFormat = Setting.Choice(
        "log-format", Settings.LogFormat.Text, "how the log on standard error is written");

    /// <summary>
    /// How often a node looks up the lag of all groups. Never by default: a look costs a query for each group and up to a
    /// read for each of its partitions, and an idle node should do nothing.
    /// </summary>
    public static readonly Setting<TimeSpan> LagInterval = Setting.Milliseconds(
        "lag-interval-ms",
        TimeSpan.Zero,
        0,
        86_400_000,
        "how often this node looks up the lag of all consumer groups for its metrics; 0 for never");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } = [LogFormat, LagInterval];
}
