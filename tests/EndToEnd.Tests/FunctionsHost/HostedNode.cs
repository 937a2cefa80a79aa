using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.FunctionsHost;

/// <summary>One node over a file of its own, as the custom handler of an app that clients reach as https://log.example.
/// </summary>
internal sealed class HostedNode : IAsyncDisposable
{
    public const string Public = "https://log.example";

    private readonly ScratchFolder _folder = new();

    private HostedNode(HostProcess process, ScratchFolder folder)
    {
        (Process, _folder) = (process, folder);

        // Not held to the OpenAPI document: that names the address at which the test reaches the host.
        Client = new HttpClient { BaseAddress = process.Front.Address, Timeout = HostProcess.Patience };
        Client.DefaultRequestHeaders.Host = new Uri(Public).Host;
    }

    /// <summary>The node's process.</summary>
    public HostProcess Process { get; }

    /// <summary>A client of the app.</summary>
    public HttpClient Client { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<HostedNode> StartAsync(params string[] arguments)
    {
        var folder = new ScratchFolder();
        return new HostedNode(
            await HostProcess.StartBehindFunctionsHostAsync(
                folder.Path, "https", new Dictionary<string, string>(), arguments),
            folder);
    }

    /// <summary>Sends JSON and gives status and body.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            var consumers = path.StartsWith("/consumers", StringComparison.Ordinal);
            request.Content = new StringContent(
                body, Encoding.UTF8, consumers ? "application/vnd.kafka.v2+json" : "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Client.SendAsync(request, Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!);
    }

    /// <summary>Makes a topic of one partition.</summary>
    public async Task CreateTopicAsync(string name) => Assert.Equal(
        HttpStatusCode.Created,
        (await SendAsync("POST", "/api/v1/topics", $$"""{"name":"{{name}}","partitions":1}""")).Status);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
