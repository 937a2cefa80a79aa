using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Http;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Flood;

/// <summary>A node that lets nobody in without a key or a token, and the keys of those who may write a topic.</summary>
internal sealed partial class FloodNode : IAsyncDisposable
{
    private const string Admin = "User:admin";

    private readonly HostProcess _node;

    private FloodNode(HostProcess node) => _node = node;

    /// <summary>Its process.</summary>
    public ServerProcess Server => _node.Server;

    /// <summary>What each good client shows.</summary>
    public IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>Makes the first key, starts a node, and gives each good client a key and the right to write.</summary>
    /// <param name="folder">Where its store lies.</param>
    /// <param name="issuer">Whose tokens it takes.</param>
    public static async Task<FloodNode> StartAsync(string folder, FloodIssuer issuer)
    {
        var admin = await FirstKeyAsync(folder);
        var node = new FloodNode(await HostProcess.StartAsync(
            folder,
            HostProcess.Executable,
            "--anonymous", "none", "--super-users", Admin,
            "--jwt-metadata", issuer.Metadata, "--jwt-audiences", FloodIssuer.Audience));
        try
        {
            await node.EnsureTakenAsync(issuer);
            node._node.Client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(admin);
            await node._node.CreateTopicAsync(ProduceScenarios.Topic, partitions: 1);
            await node.AddClientsAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static string Basic(string key, string secret) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"))}";

    private static async Task<string> FirstKeyAsync(string folder)
    {
        var start = new ProcessStartInfo(
            HostProcess.Executable, ["keys", "create", "--principal", Admin, "--data", folder])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var made = KeyLines.Match(text);
        return made.Success
            ? Basic(made.Groups["key"].Value, made.Groups["secret"].Value)
            : throw new InvalidOperationException($"The first key was not made; exit code {process.ExitCode}.");
    }

    // Else forged tokens might be refused for another reason than their signature.
    private async Task EnsureTakenAsync(FloodIssuer issuer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Sign());
        using var response = await _node.Client.SendAsync(request);
        await HostProcess.EnsureSuccessAsync(response);
    }

    private async Task AddClientsAsync()
    {
        var cluster = await ProduceScenarios.ClusterAsync(_node);
        var keys = new List<string>();
        for (var number = 0; number < SteadyClient.Count; number++)
        {
            var principal = string.Create(CultureInfo.InvariantCulture, $"User:good-{number}");
            var made = await PostAsync($"/api/v1/principals/{principal}/keys", new { }, HttpStatusCode.Created);
            using var key = JsonDocument.Parse(made);
            keys.Add(Basic(
                key.RootElement.GetProperty("key").GetString()!, key.RootElement.GetProperty("secret").GetString()!));
            var right = new
            {
                resource_type = "TOPIC",
                resource_name = ProduceScenarios.Topic,
                pattern_type = "LITERAL",
                principal,
                host = "*",
                operation = "WRITE",
                permission = "ALLOW",
            };
            await PostAsync($"/v3/clusters/{cluster}/acls", right, HttpStatusCode.Created);
        }

        Keys = keys;
    }

    private async Task<string> PostAsync(string path, object body, HttpStatusCode expected)
    {
        using var response = await _node.Client.PostAsync(new Uri(path, UriKind.Relative), JsonContent.Create(body));
        var text = await response.Content.ReadAsStringAsync();
        return response.StatusCode == expected
            ? text
            : throw new InvalidOperationException($"The node answered {(int)response.StatusCode} to {path}: {text}");
    }

    [GeneratedRegex(@"^key +(?<key>\S+)\s+^secret +(?<secret>\S+)", RegexOptions.Multiline)]
    private static partial Regex KeyLines { get; }
}
