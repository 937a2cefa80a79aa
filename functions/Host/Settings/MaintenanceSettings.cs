namespace Serverless.Functions.Host.Settings;

/// <summary>How often a node does what no request asks for.</summary>
internal static class MaintenanceSettings
{
    /// <summary>
    /// How long a node waits between two runs. An hour, because a run reads the rows of every log once: for 1,000
    /// partitions that is 0.0036 cents, 2.6 cents a month; each five minutes, as Kafka looks, 31 cents. Records then stay up to
    /// an hour longer than they must, at 0.03 cents for a GiB.
    /// </summary>
    public static readonly Setting<TimeSpan> Interval = Setting.Milliseconds(
        "maintenance-interval-ms",
        TimeSpan.FromHours(1),
        0,
        604_800_000,
        "how often this node looks what retention, compaction and copies have to do; 0 for never");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Interval];
}
