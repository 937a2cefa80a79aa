using System.Globalization;
using System.Security.Cryptography;

namespace Serverless.Npm;

/// <summary>
/// Programs of the tests that come from npm, each in a folder with a lock file: installed from it when they are missing
/// or belong to another lock file.
/// </summary>
public static class NpmFolder
{
    /// <summary>The oldest major version of Node that the pinned packages were tried with.</summary>
    public const int NodeMajorMin = 20;

    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Installs when needed; test processes that come at the same time wait for the first one.</summary>
    /// <param name="name">A folder below <c>tests</c> with <c>package.json</c> and its lock file.</param>
    /// <param name="cancellationToken">Abandons the wait and ends npm.</param>
    /// <returns>The folder to start the program in.</returns>
    /// <exception cref="InvalidOperationException">Node or npm is missing, or the installation failed.</exception>
    public static async Task<string> EnsureAsync(string name, CancellationToken cancellationToken)
    {
        await CheckNodeAsync(cancellationToken);
        var root = FindRepository();
        var folder = Path.Combine(root, "tests", name);
        var marker = Path.Combine(folder, "node_modules", ".installed-from");
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"), cancellationToken);
        var wanted = Convert.ToHexString(SHA256.HashData(lockFile));
        if (await IsInstalledAsync(marker, wanted, cancellationToken))
        {
            return folder;
        }

        // The lock lies outside node_modules, which npm removes first.
        Directory.CreateDirectory(Path.Combine(root, "artifacts"));
        var guard = Path.Combine(root, "artifacts", $"{name.ToLowerInvariant()}-install.lock");
        await using var held = await LockAsync(guard, cancellationToken);
        if (!await IsInstalledAsync(marker, wanted, cancellationToken))
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            await NpmCommand.RunAsync(npm, ["ci", "--no-audit", "--no-fund"], folder, cancellationToken);
            await File.WriteAllTextAsync(marker, wanted, cancellationToken);
        }

        return folder;
    }

    private static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        var version = await NpmCommand.RunAsync("node", ["--version"], Path.GetTempPath(), cancellationToken);
        var major = version.Trim().TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, CultureInfo.InvariantCulture, out var number) || number < NodeMajorMin)
        {
            throw new InvalidOperationException($"{NpmCommand.NeedsNode} Found: {version.Trim()}.");
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
        var deadline = TimeProvider.System.GetUtcNow() + NpmCommand.Timeout;
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
}
