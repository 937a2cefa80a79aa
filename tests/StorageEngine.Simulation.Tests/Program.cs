using Serverless.StorageEngine.Simulation.Tests;
using Serverless.StorageEngine.Simulation.Tests.Commands;

// The test runner knows these two when it speaks with the build; everything that is no command is for its console.
return args switch
{
    ["run" or "replay", ..] => SimulationCommand.Run(args),
    ["take-over"] => SimulationCommand.TakeOver(),
    ["rebalance"] => SimulationCommand.Rebalance(),
    ["group-cost"] => SimulationCommand.GroupCost(),
    _ when args.Any(static argument => argument is "--server" or "--internal-msbuild-node") =>
        await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
            args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
