using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.FunctionsHost;

namespace Serverless.EndToEnd.Tests.Identity;

/// <summary>A node without any key: it shows a token of its managed identity.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private const string Storage = "https://storage.azure.com";
    private const int Topics = 12;

    private readonly ScratchFolder _folder = new();
    private SecureAzurite _azurite = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _azurite = await SecureAzurite.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_enough_to_keep_topics_in_several_accounts()
    {
        await CreateAllAsync();
        await using var identity = await IdentityEndpoint.StartAsync(Storage);
        await using (var first = await StartAsync(identity))
        {
            for (var number = 0; number < Topics; number++)
            {
                using var created = await first.Client.PostAsJsonAsync(
                    "/api/v1/topics", new { name = $"t{number}", partitions = 1 }, Token);
                using var stored = await first.Client.PostAsJsonAsync(
                    $"/api/v1/topics/t{number}/records", new[] { new { value = number } }, Token);
                Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
            }

            await first.KillAsync();
        }

        await using var second = await StartAsync(identity);

        for (var number = 0; number < Topics; number++)
        {
            var page = await second.Client.GetFromJsonAsync<JsonNode>(
                $"/api/v1/topics/t{number}/partitions/0/records?offset=0", Token);
            Assert.Equal(number, (int)page!["records"]![0]!["value"]!);
        }

        // A draw of twelve that leaves one of two accounts empty comes once in two thousand runs.
        foreach (var account in SecureAzurite.Accounts)
        {
            var segments = await _azurite.SegmentsAsync(account);
            Assert.NotEmpty(segments);
            Assert.All(segments, name => Assert.EndsWith($".{account}", name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_start_says_in_one_line_everything_that_is_missing()
    {
        await _azurite.CreateContainerAsync("one");
        await using var identity = await IdentityEndpoint.StartAsync(Storage);

        var line = await RefusedAsync(identity);

        Assert.Matches("container serverless of https://127.0.0.1:[0-9]+/two' .*The container does not exist", line);
        Assert.Matches("table serverless of https://127.0.0.1:[0-9]+/one' .*The table does not exist", line);
        Assert.DoesNotContain("/one' failed: 404 ContainerNotFound", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_something_else_is_refused_in_one_line_that_does_not_show_it()
    {
        await CreateAllAsync();
        await using var identity = await IdentityEndpoint.StartAsync("https://management.azure.com");

        var line = await RefusedAsync(identity);

        Assert.Contains("The service does not accept the account key or identity.", line, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", line, StringComparison.Ordinal);
    }

    private async Task CreateAllAsync()
    {
        foreach (var account in SecureAzurite.Accounts)
        {
            await _azurite.CreateContainerAsync(account);
        }

        await _azurite.CreateTableAsync();
    }

    private Task<HostProcess> StartAsync(IdentityEndpoint identity) => HostProcess.StartBehindFunctionsHostAsync(
        _folder.Path, "http", identity.Variables.Concat(_azurite.Variables).ToDictionary());

    private async Task<string> RefusedAsync(IdentityEndpoint identity)
    {
        await using var front = new FunctionsHostDouble(
            FunctionApp.Read(Path.GetDirectoryName(HostExecutable.Path)!));
        await using var node = HostProcess.Launch(
            _folder.Path,
            front.Variables.Concat(identity.Variables).Concat(_azurite.Variables).ToDictionary());

        Assert.Equal(1, await node.ExitAsync());
        return Assert.Single(node.Errors);
    }
}
