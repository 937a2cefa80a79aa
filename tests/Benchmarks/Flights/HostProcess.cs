using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Serverless.Benchmarks.Flights;

/// <summary>A real node of the same build configuration, over an embedded store in a folder of its own.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private const string Project = "Serverless.Functions.Host";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private HostProcess(Process process, Uri address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = address, Timeout = Patience };
    }

    /// <summary>Speaks to the node.</summary>
    public HttpClient Client { get; }

    /// <summary>What the node's process has used so far, on all its threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a node on a free port; ends when it says where it listens.</summary>
    public static async Task<HostProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo(Executable(), ["--urls", "http://127.0.0.1:0", "--data", folder])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("The node did not start.");
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (StartLine.Match(line) is { Success: true } match)
                {
                    return new HostProcess(process, new Uri(match.Groups["address"].Value));
                }
            }

            throw new InvalidOperationException("The node ended before it listened.");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Creates a topic.</summary>
    public async Task CreateTopicAsync(string name, int partitions)
    {
        using var response = await Client.PostAsync("/api/v1/topics", JsonContent.Create(new { name, partitions }));
        await EnsureSuccessAsync(response);
    }

    /// <summary>The node's own count of one kind of storage operations.</summary>
    /// <param name="operation">Its name, or null for all kinds together.</param>
    public async Task<long> StorageOperationsAsync(string? operation)
    {
        var text = await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return OperationLine.Matches(text)
            .Where(match => operation is null || match.Groups["operation"].Value == operation)
            .Sum(static match => (long)double.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Throws with the answer's text when the answer is a refusal.</summary>
    public static async Task EnsureSuccessAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(
                $"The node answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // The benchmarks run from artifacts/bin/Benchmarks/<configuration>.
    private static string Executable()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var name = Project + (OperatingSystem.IsWindows() ? ".exe" : "");
        return Path.Combine(own.Parent!.Parent!.FullName, Project, own.Name, name);
    }

    [GeneratedRegex(@"^Serverless \S+ listens on (?<address>http://\S+), ")]
    private static partial Regex StartLine { get; }

    [GeneratedRegex("""storage_operations\S*\{[^}]*operation="(?<operation>[^"]+)"[^}]*\} (?<count>\S+)""")]
    private static partial Regex OperationLine { get; }
}
