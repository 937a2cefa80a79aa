using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flights;

/// <summary>A real node of the same build configuration, over an embedded store in a folder of its own.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private const string Project = "Serverless.Functions.Host";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private HostProcess(ServerProcess server)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
    }

    /// <summary>The program that was built with this one: both lie below artifacts/bin, in one folder each.</summary>
    public static string Executable
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            var name = Project + (OperatingSystem.IsWindows() ? ".exe" : "");
            return Path.Combine(own.Parent!.Parent!.FullName, Project, own.Name, name);
        }
    }

    /// <summary>The node's process.</summary>
    public ServerProcess Server { get; }

    /// <summary>Speaks to the node.</summary>
    public HttpClient Client { get; }

    /// <summary>What the node's process has used so far, on all its threads.</summary>
    public TimeSpan ProcessorTime => Server.ProcessorTime;

    /// <summary>Starts a node on a free port; ends when it says where it listens.</summary>
    /// <param name="folder">Where its store lies.</param>
    public static Task<HostProcess> StartAsync(string folder) => StartAsync(folder, Executable);

    /// <summary>Starts another program of the node.</summary>
    /// <param name="folder">Where its store lies.</param>
    /// <param name="executable">The program.</param>
    /// <param name="options">Further options of its command line.</param>
    public static async Task<HostProcess> StartAsync(string folder, string executable, params string[] options) =>
        new(await ServerProcess.StartAsync(
            new ProcessStartInfo(executable, ["--urls", "http://127.0.0.1:0", "--data", folder, .. options]),
            StartLine));

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
        await Server.DisposeAsync();
    }

    [GeneratedRegex(@"^Serverless \S+ listens on (?<address>http://\S+), ")]
    private static partial Regex StartLine { get; }

    [GeneratedRegex("""storage_operations\S*\{[^}]*operation="(?<operation>[^"]+)"[^}]*\} (?<count>\S+)""")]
    private static partial Regex OperationLine { get; }
}
