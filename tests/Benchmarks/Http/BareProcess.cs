using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Http;

/// <summary>The bare server as a process of this same program, with the runtime's settings of the node.</summary>
internal sealed partial class BareProcess : IAsyncDisposable
{
    private readonly HttpClient _client;

    private BareProcess(ServerProcess server)
    {
        Server = server;
        _client = new HttpClient { BaseAddress = server.Address };
    }

    /// <summary>Its process.</summary>
    public ServerProcess Server { get; }

    /// <summary>Starts it on a free port.</summary>
    /// <param name="folder">Where it stores what it reads before it answers, or null for nowhere.</param>
    public static async Task<BareProcess> StartAsync(string? folder)
    {
        string[] arguments = folder is null ? [BareServer.Command] : [BareServer.Command, folder];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
        // As a web program has it, and the node is one; this program is none.
        start.Environment["DOTNET_gcServer"] = "1";
        return new BareProcess(await ServerProcess.StartAsync(start, StartLine));
    }

    /// <summary>Says what it shall answer from now on.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="contentType">Their media type.</param>
    /// <param name="isChunked">Whether it shall not tell their length.</param>
    public async Task KeepAsync(byte[] body, string contentType, bool isChunked)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await _client.PutAsync(
            new Uri(isChunked ? "/?chunked=true" : "/", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Server.DisposeAsync();
    }

    [GeneratedRegex(@"^Bare server listens on (?<address>http://\S+)$")]
    private static partial Regex StartLine { get; }
}
