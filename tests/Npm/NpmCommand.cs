using System.ComponentModel;
using System.Diagnostics;

namespace Serverless.Npm;

/// <summary>Runs Node and npm.</summary>
public static class NpmCommand
{
    /// <summary>How long a command may take: an installation over a slow network.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(8);

    internal const string NeedsNode =
        "These tests need Node.js 20 or newer, with npm, on the PATH. Install it and run the tests again.";

    /// <summary>Runs a command to its end.</summary>
    /// <param name="program">Its program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">
    /// The program is missing, or ended with another code than 0.
    /// </exception>
    public static async Task<string> RunAsync(
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
        limit.CancelAfter(Timeout);
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
