using Microsoft.Extensions.Configuration;
using Serverless.Functions.Host.Settings;

namespace Serverless.Functions.Tests.Host;

/// <summary>Reads settings as a node does, from given variables, arguments and files.</summary>
internal static class SettingsUnderTest
{
    /// <summary>The settings that come of these arguments alone.</summary>
    public static HostSettings Good(params string[] arguments) => Good(Path.GetTempPath(), [], arguments);

    /// <summary>The settings that come of these variables and arguments in this folder.</summary>
    public static HostSettings Good(
        string folder, (string Name, string Value)[] variables, params string[] arguments) =>
        Assert.IsType<SettingsOutcome.Good>(Read(folder, variables, arguments)).Settings;

    /// <summary>The only thing that is wrong with these arguments.</summary>
    public static string Problem(params string[] arguments) => Problem(Path.GetTempPath(), [], arguments);

    /// <summary>The only thing that is wrong with these variables and arguments in this folder.</summary>
    public static string Problem(string folder, (string Name, string Value)[] variables, params string[] arguments) =>
        Assert.Single(Assert.IsType<SettingsOutcome.Refused>(Read(folder, variables, arguments)).Problems);

    private static SettingsOutcome Read(string folder, (string Name, string Value)[] variables, string[] arguments)
    {
        var run = Assert.IsType<CommandLine.Run>(CommandLine.Parse(arguments));
        var environment = new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(static variable => KeyValuePair.Create(
                variable.Name.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value)))
            .Build();
        return SettingsOutcome.Read(run.Options, environment, folder);
    }
}
