using System.Diagnostics;
using System.Globalization;

namespace Serverless.Benchmarks.Peers;

/// <summary>Installs what a peer needs from the distribution's packages.</summary>
internal sealed class DebianPackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private string? _updateProblem;
    private bool _isUpdated;

    /// <summary>Installs a package unless what it brings is there; its service is not left running.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="executable">What it brings.</param>
    /// <returns>Null, or why that is not possible.</returns>
    public async Task<string?> EnsureAsync(string package, string executable)
    {
        if (File.Exists(executable))
        {
            return null;
        }

        if (!File.Exists("/usr/bin/apt-get") || !Environment.IsPrivilegedProcess)
        {
            return $"{executable} is missing, and installing {package} takes apt-get and root";
        }

        if (!_isUpdated)
        {
            (_isUpdated, _updateProblem) = (true, await RunAsync("apt-get", "update"));
        }

        var problem = _updateProblem
            ?? await RunAsync("apt-get", "install", "-y", "--no-install-recommends", package);
        if (problem is null)
        {
            await StopServiceAsync(package);
        }

        return problem ?? (File.Exists(executable) ? null : $"{package} brings no {executable}");
    }

    /// <summary>The version that is installed, or null.</summary>
    public static async Task<string?> VersionAsync(string package)
    {
        try
        {
            var start = new ProcessStartInfo("dpkg-query", ["-W", "-f", "${Version}", package])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            return await process.StandardOutput.ReadToEndAsync();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // Where a package starts its service by itself: it would share the cores, and is not wanted after the run.
    private static async Task StopServiceAsync(string package) => _ = Directory.Exists("/run/systemd/system")
        ? await RunAsync("systemctl", "disable", "--now", package)
        : await RunAsync("service", package, "stop");

    private static async Task<string?> RunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = await process.StandardError.ReadToEndAsync(limit.Token);
            await output;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{command} {arguments[0]} ended with {process.ExitCode}: {errors.Trim().Split('\n')[^1]}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return $"{command} {arguments[0]} took more than {Patience.TotalMinutes:F0} minutes";
        }
    }
}
