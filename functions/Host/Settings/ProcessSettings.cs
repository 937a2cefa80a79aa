namespace Serverless.Functions.Host.Settings;

/// <summary>The settings of the process: where it listens, how much it says, how it leaves.</summary>
internal static class ProcessSettings
{
    /// <summary>A JSON file with more settings.</summary>
    public static readonly Setting<string> Config = Setting.Text(
        "config",
        "",
        "the path of a JSON file that exists",
        "reads more settings from the section Serverless of this file");

    /// <summary>Where the node listens.</summary>
    public static readonly Setting<string> Urls = Setting.Text(
        "urls",
        "http://127.0.0.1:7071",
        "one or more addresses such as http://127.0.0.1:7071, separated by semicolons (port 0 takes a free one)",
        "where to listen; use http://0.0.0.0:7071 for every network",
        ListenAddresses.AreValid);

    /// <summary>Where other nodes and operators reach this one.</summary>
    public static readonly Setting<string> Address = Setting.Text(
        "address",
        "",
        "an absolute http or https address",
        "where other nodes reach this one; leave it out when they cannot",
        static text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");

    /// <summary>How much is logged.</summary>
    public static readonly Setting<LogVerbosity> LogLevel = Setting.Choice(
        "log-level", LogVerbosity.Warning, "how much to log on standard error");

    /// <summary>
    /// How long requests in flight may take after a stop was asked for; then comes
    /// <see cref="EngineSettings.CloseTimeout"/>.
    /// </summary>
    public static readonly Setting<TimeSpan> Shutdown = Setting.Milliseconds(
        "shutdown-ms",
        TimeSpan.FromSeconds(3),
        0,
        600_000,
        "how long requests in flight may go on after Ctrl-C or SIGTERM");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Urls, Address, Config, LogLevel, Shutdown];
}
