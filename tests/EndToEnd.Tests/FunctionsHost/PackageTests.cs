using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.FunctionsHost;

namespace Serverless.EndToEnd.Tests.FunctionsHost;

/// <summary>What <c>infra/publish.sh</c> leaves, packed as it is uploaded.</summary>
public sealed class PackageTests
{
    private const string Program = "Serverless.Functions.Host";
    private const int Executable = 0b001_001_001;

    // A whole build of the program, on a machine that runs all tests meanwhile.
    private static readonly TimeSpan PublishPatience = TimeSpan.FromMinutes(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_package_holds_an_app_that_starts_in_time_without_an_installed_runtime()
    {
        using var folder = new ScratchFolder();
        var package = Path.Combine(folder.Path, "app.zip");
        ZipFile.CreateFromDirectory(await PublishAsync(), package);
        await using (var zip = await ZipFile.OpenReadAsync(package, Token))
        {
            var names = zip.Entries.Select(static entry => entry.FullName).ToHashSet();
            Assert.Superset(
                new HashSet<string> { "host.json", "http/function.json", "maintenance/function.json", Program }, names);
            Assert.DoesNotContain(names, static name =>
                name.Contains("settings", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith(".pdb", StringComparison.Ordinal) || name.EndsWith(".xml", StringComparison.Ordinal));
            Assert.Equal(Executable, (zip.GetEntry(Program)!.ExternalAttributes >> 16) & Executable);
            Assert.True(new FileInfo(package).Length < 80_000_000, "The package is larger than 80 MB.");
        }

        var app = Directory.CreateDirectory(Path.Combine(folder.Path, "app")).FullName;
        await ZipFile.ExtractToDirectoryAsync(package, app, Token);
        var noRuntime = new Dictionary<string, string> { ["DOTNET_ROOT"] = "/nowhere", ["PATH"] = "/nowhere" };

        // The app's own folder cannot be written on the platform.
        await using var node = await HostProcess.StartAppAsync(
            FunctionApp.Read(app), folder.Path, "https", noRuntime, "--data", Path.Combine(folder.Path, "data"));

        using var ready = await node.Client.GetAsync("/health/ready", Token);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(["Kept 0 topics."], await node.Front.RunTimerAsync("maintenance", Token));
    }

    private static async Task<string> PublishAsync()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Serverless.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("The solution is not above.");
        }

        using var publish = new System.Diagnostics.Process
        {
            StartInfo = new ProcessStartInfo("/bin/sh", [Path.Combine(root, "infra", "publish.sh")])
            {
                RedirectStandardOutput = true,
            },
        };

        // The compiler's server of this publish would outlive the tests.
        publish.StartInfo.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        publish.StartInfo.Environment["UseSharedCompilation"] = "false";
        publish.StartInfo.Environment.Remove("SERVERLESS_PROGRAM");
        publish.Start();
        var said = await publish.StandardOutput.ReadToEndAsync(Token).WaitAsync(PublishPatience, Token);
        await publish.WaitForExitAsync(Token);
        Assert.True(publish.ExitCode == 0, said);
        return Path.Combine(root, "artifacts", "azd");
    }
}
