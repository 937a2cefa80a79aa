namespace Serverless.Functions.Host.Settings;

/// <summary>The settings of a node, or everything that is wrong with them.</summary>
internal abstract record SettingsOutcome
{
    private SettingsOutcome()
    {
    }

    /// <summary>Gathers and checks the settings from all places.</summary>
    /// <param name="options">What the command line says, by key.</param>
    /// <param name="environment">The variables of the process.</param>
    /// <param name="folder">The current directory.</param>
    /// <param name="isWorker">Whether the process is an isolated worker of the Azure Functions host.</param>
    public static SettingsOutcome Read(
        IReadOnlyDictionary<string, string?> options,
        IConfiguration environment,
        string folder,
        bool isWorker = false)
    {
        try
        {
            var values = new SettingValues(SettingSources.Gather(options, environment, folder));
            var settings = HostSettings.Read(
                values,
                SettingSources.VariablesOf(environment, folder),
                isWorker || environment[SettingSources.FunctionsPort] is { Length: > 0 });
            return values.Problems.Count == 0 ? new Good(settings) : new Refused(values.Problems);
        }
        catch (InvalidDataException exception)
        {
            return new Refused([exception.Message]);
        }
    }

    /// <summary>All settings are fine.</summary>
    /// <param name="Settings">The settings.</param>
    public sealed record Good(HostSettings Settings) : SettingsOutcome;

    /// <summary>Some settings are wrong; no node may start with them.</summary>
    /// <param name="Problems">What is wrong, in one sentence each.</param>
    public sealed record Refused(IReadOnlyList<string> Problems) : SettingsOutcome;
}
