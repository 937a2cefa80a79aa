using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Serverless.Infra.Tests.Bicep;

/// <summary>Calls of the Bicep compiler that the package brings; none needs a network.</summary>
internal static class BicepCompiler
{
    /// <summary>The version that wrote the snapshots; another may format and report differently.</summary>
    public const string Version = "0.49.2";

    // Each takes one core and 370 MB.
    private const int CallsAtOnceMax = 2;

    private const string Package = "azure.bicep.commandline.linux-x64";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly SemaphoreSlim Turns = new(CallsAtOnceMax);
    private static readonly string Program =
        typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static entry => entry.Key == "BicepPath").Value!.Replace('\\', '/');

    /// <summary>Runs one call to its end, or skips the test where the compiler cannot run.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Environment variables beside those of the tests, without Azure's and our own.</param>
    public static async Task<BicepRun> RunAsync(
        string folder, string[] arguments, params (string Name, string Value)[] variables)
    {
        Assert.SkipUnless(
            !Program.Contains(Package, StringComparison.OrdinalIgnoreCase) || IsLinuxX64,
            $"The package {Package} holds a program for Linux on x64 only. To run this test here, set the environment"
            + $" variable BicepPath to a Bicep CLI {Version} of this platform and build again.");
        await Turns.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return await RunNowAsync(Describe(folder, arguments, variables));
        }
        finally
        {
            Turns.Release();
        }
    }

    private static bool IsLinuxX64 =>
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;

    private static ProcessStartInfo Describe(
        string folder, string[] arguments, (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What main.bicepparam reads must not come from the machine that runs the tests.
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("AZURE_", StringComparison.Ordinal) || name.StartsWith("SERVERLESS_", StringComparison.Ordinal);

    private static async Task<BicepRun> RunNowAsync(ProcessStartInfo start)
    {
        using var process = Start(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new BicepRun(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new InvalidOperationException($"The Bicep compiler at '{Program}' does not start.", fault);
        }
    }
}
