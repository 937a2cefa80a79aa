namespace Serverless.Functions.Host.Settings;

/// <summary>One place that settings come from, and how names are spelled there.</summary>
/// <param name="spelling">How a setting is called in this place.</param>
/// <param name="configuration">What the place says.</param>
internal sealed class SettingSource(SettingSpelling spelling, IConfiguration configuration)
{
    /// <summary>The text of a setting, or null when this place does not name it.</summary>
    public string? Find(Setting setting) => configuration[setting.Key];

    /// <summary>The name to use in a sentence to the operator.</summary>
    public string NameOf(Setting setting) => spelling.NameOf(setting.Word, setting.Name);

    /// <summary>The names in this place that look like settings and are none.</summary>
    public IEnumerable<string> UnknownNames() =>
        from pair in configuration.GetSection(Setting.Section).AsEnumerable()
        where pair.Value is not null && SettingCatalog.Find(pair.Key) is null
        select spelling.NameOf(pair.Key[(pair.Key.IndexOf(':', StringComparison.Ordinal) + 1)..], pair.Key);
}
