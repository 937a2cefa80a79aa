namespace Serverless.Functions.Host.Settings;

/// <summary>What the operator set: each value from the strongest source that names it. Collects problems.</summary>
/// <param name="sources">The sources, the strongest first.</param>
internal sealed class SettingValues(IReadOnlyList<SettingSource> sources)
{
    private readonly List<string> _problems = [];

    /// <summary>What is wrong, in one sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The value of a setting; its default when nobody set it, or when what was set is wrong.</summary>
    /// <typeparam name="T">The type of its value.</typeparam>
    public T Get<T>(Setting<T> setting)
    {
        foreach (var source in sources)
        {
            if (source.Find(setting) is not { } text)
            {
                continue;
            }

            if (setting.TryParse(text, out var value))
            {
                return value;
            }

            _problems.Add($"{source.NameOf(setting)} is '{Shorten(text)}'; it must be {setting.Expected}.");
            break;
        }

        return setting.Default;
    }

    /// <summary>What a setting is called where it was set; on the command line, when nobody set it.</summary>
    public string NameOf(Setting setting) =>
        sources.FirstOrDefault(source => source.Find(setting) is not null)?.NameOf(setting) ?? setting.Option;

    /// <summary>Adds a sentence about settings that do not go together.</summary>
    public void Refuse(string problem) => _problems.Add(problem);

    /// <summary>Adds a sentence for every name below <c>Serverless:</c> that is not a setting.</summary>
    public void RefuseUnknownNames()
    {
        foreach (var source in sources)
        {
            _problems.AddRange(
                source.UnknownNames().Select(name => $"{name} is not a setting; --help lists all of them."));
        }
    }

    // A connection string holds a key: what was refused is quoted only as far as it helps to find it.
    private static string Shorten(string text) => text.Length > 64 ? string.Concat(text.AsSpan(0, 64), "…") : text;
}
