using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Host.Keys;
using Serverless.Functions.Host.Settings;

// The one place where the shared source of randomness is handed out; everything below takes a Random.
#pragma warning disable RS0030
var random = Random.Shared;
#pragma warning restore RS0030

switch (CommandLine.Parse(args))
{
    case CommandLine.Help:
        HelpText.Write(Console.Out);
        return NodeProcess.Stopped;
    case CommandLine.Version:
        Console.Out.WriteLine($"Serverless {NodeApplication.Version}");
        return NodeProcess.Stopped;
    case CommandLine.Run run:
        return await WithSettingsAsync(
            run.Options,
            new NodeProcess(Console.Out, Console.Error, TimeProvider.System, random).RunAsync);
    case CommandLine.Keys keys:
        var command = new KeysCommand(Console.Out, Console.Error, TimeProvider.System, random);
        return await WithSettingsAsync(keys.Options, settings => command.RunAsync(keys, settings));
    case CommandLine.Refused refused:
        return Refuse(refused.Problems);
    case var other:
        throw new System.Diagnostics.UnreachableException($"Nothing is defined for {other}.");
}

static async Task<int> WithSettingsAsync(
    IReadOnlyDictionary<string, string?> options, Func<HostSettings, Task<int>> run)
{
    var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
    var outcome = SettingsOutcome.Read(options, environment, Environment.CurrentDirectory);
    return outcome is SettingsOutcome.Good good
        ? await run(good.Settings)
        : Refuse(((SettingsOutcome.Refused)outcome).Problems);
}

static int Refuse(IReadOnlyList<string> problems)
{
    foreach (var problem in problems)
    {
        Console.Error.WriteLine(problem);
    }

    return NodeProcess.WrongSettings;
}
