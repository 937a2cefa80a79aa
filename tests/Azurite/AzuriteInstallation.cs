using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Serverless.Azurite;

/// <summary>
/// Azurite's files: installed from the lock file when they are missing or belong to another lock file.
/// </summary>
public static class AzuriteInstallation
{
    /// <summary>The oldest major version of Node that the pinned Azurite was tried with.</summary>
    public const int NodeMajorMin = 20;

    private const string NeedsNode =
        "The tests over Azurite need Node.js 20 or newer, with npm, on the PATH. Install it and run the tests again.";

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Installs when needed; test processes that come at the same time wait for the first one.</summary>
    /// <returns>The folder to start Azurite in.</returns>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or the installation failed.</exception>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        await CheckNodeAsync(cancellationToken);
        var root = FindRepository();
        var folder = Path.Combine(root, "tests", "Azurite");
        var marker = Path.Combine(folder, "node_modules", ".installed-from");
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"), cancellationToken);
        var wanted = Convert.ToHexString(SHA256.HashData(lockFile));
        if (await IsInstalledAsync(marker, wanted, cancellationToken))
        {
            return folder;
        }

        // The lock lies outside node_modules, which npm removes first.
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        var guard = Path.Combine(root, "artifacts", "azurite-install.lock");
        await using var held = await LockAsync(guard, cancellationToken);
        if (!await IsInstalledAsync(marker, wanted, cancellationToken))
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            await RunAsync(npm, ["ci", "--no-audit", "--no-fund"], folder, cancellationToken);
            await File.WriteAllTextAsync(marker, wanted, cancellationToken);
        }

        return folder;
    }

    private static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        var version = await RunAsync("node", ["--version"], Path.GetTempPath(), cancellationToken);
        var major = version.Trim().TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, CultureInfo.InvariantCulture, out var number) || number < NodeMajorMin)
        {
            throw new InvalidOperationException($"{NeedsNode} Found: {version.Trim()}.");
        }
    }

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Serverless.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Serverless.sln.");
    }

    private static async Task<bool> IsInstalledAsync(
        string marker, string wanted, CancellationToken cancellationToken) =>
        File.Exists(marker) && await File.ReadAllTextAsync(marker, cancellationToken) == wanted;

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        var deadline = TimeProvider.System.GetUtcNow() + InstallTimeout;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (TimeProvider.System.GetUtcNow() < deadline)
            {
                await Task.Delay(LockPollInterval, cancellationToken);
            }
        }
    }

    private static async Task<string> RunAsync(
        string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = StartOrExplain(start);
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(InstallTimeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n"
                    + await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process StartOrExplain(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException(NeedsNode);
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(NeedsNode, missing);
        }
    }
}
