namespace Serverless.Functions.Host.Settings;

/// <summary>All settings of a node, in groups.</summary>
internal static class SettingCatalog
{
    /// <summary>The groups in the order of the help text.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<Setting> Settings)> Groups { get; } =
    [
        ("Process", ProcessSettings.All),
        ("Storage", StorageSettings.All),
        ("Access", AccessControlSettings.All),
        ("Tokens", TokenIssuerSettings.All),
        ("Quotas", QuotaOptions.All),
        ("HTTP server", ServerSettings.All),
        ("Endpoints", EndpointSettings.All),
        ("Engine", EngineSettings.All),
        ("Consumer groups", ConsumerSettings.All),
        ("Maintenance", MaintenanceSettings.All),
        ("Telemetry", TelemetryOptions.All),
        ("Prices of the storage service", PriceSettings.All),
        ("Defaults of topics", TopicSettings.All),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Groups.SelectMany(static group => group.Settings)];

    /// <summary>The setting of a key such as <c>Serverless:Storage</c>, or null.</summary>
    public static Setting? Find(string key) =>
        All.FirstOrDefault(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
}
