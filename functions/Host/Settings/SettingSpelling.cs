namespace Serverless.Functions.Host.Settings;

/// <summary>How a place spells the names of settings.</summary>
/// <param name="NameOf">From the name in files and the name on the command line to the name in this place.</param>
internal sealed record SettingSpelling(Func<string, string, string> NameOf)
{
    /// <summary><c>--append-interval-ms</c>.</summary>
    public static SettingSpelling CommandLine { get; } = new(static (_, name) => "--" + name);

    /// <summary><c>Serverless__AppendIntervalMs</c>.</summary>
    public static SettingSpelling Environment { get; } =
        new(static (word, _) => $"{Setting.Section}__{word.Replace(":", "__", StringComparison.Ordinal)}");

    /// <summary><c>Serverless:AppendIntervalMs in settings.json</c>.</summary>
    public static SettingSpelling File(string path) => new((word, _) => $"{Setting.Section}:{word} in {path}");

    /// <summary><c>Serverless__AppendIntervalMs in local.settings.json</c>.</summary>
    public static SettingSpelling LocalSettings(string path) =>
        new((word, name) => $"{Environment.NameOf(word, name)} in {path}");

    /// <summary>A variable that somebody else named.</summary>
    public static SettingSpelling Fixed(string name) => new((_, _) => name);
}
