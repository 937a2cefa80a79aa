using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Life;

/// <summary>Who gets in, as an operator meets it: by settings, the command for keys, and curl.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_that_other_machines_reach_does_not_start_open_by_one_word()
    {
        await using var node = HostProcess.Launch(
            _folder.Path, "--urls", "http://0.0.0.0:0", "--anonymous", "all");

        Assert.Equal(2, await node.ExitAsync());
        Assert.Contains(
            "--anonymous-beyond-loopback must be 'yes'", Assert.Single(node.Errors), StringComparison.Ordinal);
        Assert.Empty(node.Output);
    }

    [Fact]
    public async Task A_key_that_the_command_makes_lets_its_principal_in_while_the_node_runs_and_until_it_is_revoked()
    {
        await using var node = await HostProcess.StartAsync(
            _folder.Path, "--anonymous", "none", "--super-users", "User:admin", "--security-cache-ms", "0");
        Assert.Contains("keys create --principal", await node.OutputLineAsync(1), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await ListTopicsAsync(node, null));

        var made = await RunAsync("keys", "create", "--principal", "User:admin");
        var key = Regex.Match(made, "-u (?<key>[^:]+):(?<secret>[^\n]+)");
        var shown = $"{key.Groups["key"].Value}:{key.Groups["secret"].Value}";
        Assert.Equal(HttpStatusCode.OK, await ListTopicsAsync(node, shown));

        await RunAsync("keys", "revoke", "--principal", "User:admin", "--key", key.Groups["key"].Value);
        Assert.Equal(HttpStatusCode.Unauthorized, await ListTopicsAsync(node, shown));
        Assert.DoesNotContain(
            node.Output.Concat(node.Errors),
            line => line.Contains(key.Groups["secret"].Value, StringComparison.Ordinal));
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using var command = HostProcess.Launch(_folder.Path, arguments);
        Assert.Equal(0, await command.ExitAsync());
        Assert.Empty(command.Errors);
        return string.Join('\n', command.Output);
    }

    private static async Task<HttpStatusCode> ListTopicsAsync(HostProcess node, string? shown)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/topics");
        request.Headers.Authorization = shown is null
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(shown)));
        using var response = await node.Client.SendAsync(request, Token);
        return response.StatusCode;
    }
}
