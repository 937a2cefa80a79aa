using System.Text.Json;

namespace Serverless.Functions.Host.Settings;

/// <summary>Gathers the places that settings come from, the strongest first.</summary>
internal static class SettingSources
{
    /// <summary>What the Functions tools turn into environment variables for a local run.</summary>
    public const string LocalSettingsFile = "local.settings.json";

    /// <summary>The port on which the Azure Functions host expects its custom handler.</summary>
    public const string FunctionsPort = "FUNCTIONS_CUSTOMHANDLER_PORT";

    /// <summary>
    /// Command line, then the Functions host's port, environment, <c>--config</c> file, <c>local.settings.json</c>.
    /// </summary>
    /// <param name="options">What the command line says, by key.</param>
    /// <param name="environment">The variables of the process.</param>
    /// <param name="folder">Where relative paths begin and where <c>local.settings.json</c> is looked for.</param>
    /// <exception cref="InvalidDataException">A file is absent or is not JSON; the message says so.</exception>
    public static IReadOnlyList<SettingSource> Gather(
        IReadOnlyDictionary<string, string?> options, IConfiguration environment, string folder)
    {
        var commandLine = new SettingSource(
            SettingSpelling.CommandLine, new ConfigurationBuilder().AddInMemoryCollection(options).Build());
        var variables = new SettingSource(SettingSpelling.Environment, environment);
        List<SettingSource> sources = [commandLine];
        if (environment[FunctionsPort] is { Length: > 0 } port)
        {
            sources.Add(new SettingSource(
                SettingSpelling.Fixed(FunctionsPort), One(ProcessSettings.Urls.Key, $"http://127.0.0.1:{port}")));
        }

        sources.Add(variables);
        if ((commandLine.Find(ProcessSettings.Config) ?? variables.Find(ProcessSettings.Config)) is { } path)
        {
            sources.Add(new SettingSource(SettingSpelling.File(path), ReadJson(Path.Combine(folder, path), path)));
        }

        if (LocalVariables(folder) is { } local)
        {
            sources.Add(new SettingSource(SettingSpelling.LocalSettings(LocalSettingsFile), local));
        }

        return sources;
    }

    /// <summary>The places of variables whose names are not ours: environment, <c>local.settings.json</c>.</summary>
    /// <param name="environment">The variables of the process.</param>
    /// <param name="folder">Where <c>local.settings.json</c> is looked for.</param>
    public static IReadOnlyList<IConfiguration> VariablesOf(IConfiguration environment, string folder) =>
        LocalVariables(folder) is { } local ? [environment, local] : [environment];

    private static IConfigurationRoot? LocalVariables(string folder)
    {
        var local = Path.Combine(folder, LocalSettingsFile);
        return File.Exists(local) ? AsVariables(ReadJson(local, LocalSettingsFile)) : null;
    }

    private static IConfigurationRoot One(string key, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();

    // The Functions tools hand each entry of Values to the process as an environment variable, where two underscores
    // stand for the colon of a configuration key.
    private static IConfigurationRoot AsVariables(IConfigurationRoot file) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(file.GetSection("Values").AsEnumerable(makePathsRelative: true).Select(
                static pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value)))
            .Build();

    private static IConfigurationRoot ReadJson(string path, string name)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonStream(new MemoryStream(File.ReadAllBytes(path))).Build();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The settings file {name} cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new InvalidDataException(
                $"The settings file {name} is not valid JSON: {exception.Message}", exception);
        }
    }
}
