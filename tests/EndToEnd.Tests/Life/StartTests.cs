using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Life;

public sealed class StartTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_says_where_it_listens_where_the_data_lies_who_it_is_and_one_command_that_works()
    {
        await using var node = await HostProcess.StartAsync(_folder.Path);

        var hint = await node.OutputLineAsync(1);

        Assert.Matches(
            @"^Serverless \d+\.\d+\.\d+ listens on http://127\.0\.0\.1:\d+, " +
            $@"embedded storage in {_folder.Path}/\.data\S*, node [0-9a-f]{{32}}$",
            node.Output[0]);
        var hinted = Regex.Match(
            hint, "^Try: curl -X POST (?<url>http://[^ ]+) -H 'Content-Type: (?<type>[^']+)' -d '(?<body>[^']+)'$");
        using var body = new StringContent(
            hinted.Groups["body"].Value, new MediaTypeHeaderValue(hinted.Groups["type"].Value));
        using var created = await node.Client.PostAsync(
            hinted.Groups["url"].Value, body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(2, node.Output.Count);
        Assert.Empty(node.Errors);
    }

    [Fact]
    public async Task An_address_in_use_is_one_sentence_and_no_stack_trace()
    {
        await using var first = await HostProcess.StartAsync(_folder.Path);

        var address = first.Address.GetLeftPart(UriPartial.Authority);
        await using var second = HostProcess.Launch(_folder.Path, "--urls", address);

        Assert.Equal(1, await second.ExitAsync());
        Assert.StartsWith(
            $"{address} is already in use",
            Assert.Single(second.Errors),
            StringComparison.Ordinal);
        Assert.Contains("--urls", second.Errors[0], StringComparison.Ordinal);
        Assert.Empty(second.Output);
    }

    [Fact]
    public async Task A_wrong_setting_is_one_sentence_that_names_it_its_value_and_what_would_be_right()
    {
        await using var node = HostProcess.Launch(_folder.Path, "--append-interval-ms", "soon");

        Assert.Equal(2, await node.ExitAsync());
        Assert.Equal(
            "--append-interval-ms is 'soon'; it must be a whole number from 0 to 60000.", Assert.Single(node.Errors));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_one_sentence()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "file"), "in the way", TestContext.Current.CancellationToken);

        await using var node = HostProcess.Launch(_folder.Path, "--urls", "http://127.0.0.1:0", "--data", "file");

        Assert.Equal(1, await node.ExitAsync());
        Assert.Contains(Path.Combine(_folder.Path, "file"), Assert.Single(node.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_something_else_is_one_sentence()
    {
        await using (var node = await HostProcess.StartAsync(_folder.Path))
        {
            await node.KillAsync();
        }

        foreach (var file in Directory.GetFiles(Path.Combine(_folder.Path, ".data")))
        {
            await File.WriteAllBytesAsync(
                file, [.. Enumerable.Repeat((byte)'x', 8192)], TestContext.Current.CancellationToken);
        }

        await using var broken = HostProcess.Launch(_folder.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, await broken.ExitAsync());
        Assert.Contains(Path.Combine(_folder.Path, ".data"), Assert.Single(broken.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_account_that_cannot_be_reached_is_one_sentence_without_its_key()
    {
        // Nothing listens on port 1.
        const string Account = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=c2VjcmV0;" +
            "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;";

        await using var node = HostProcess.Launch(
            _folder.Path, "--urls", "http://127.0.0.1:0", "--storage", "azure", "--connection", Account);

        Assert.Equal(1, await node.ExitAsync());
        Assert.Contains("127.0.0.1:1", Assert.Single(node.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", node.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_the_functions_host_a_node_listens_on_its_port_and_answers_in_the_clients_address()
    {
        await using var probe = await HostProcess.StartAsync(_folder.Path);
        var port = probe.Address.Port;
        await probe.KillAsync();

        await using var node = HostProcess.Launch(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{port}",
                ["Serverless__Anonymous"] = "all",
                ["Serverless__AnonymousBeyondLoopback"] = "yes",
            });

        Assert.Contains(
            $"listens on http://127.0.0.1:{port}, ", await node.OutputLineAsync(0), StringComparison.Ordinal);

        // The Functions host tells what the client asked for, and answers name that and not the loopback address.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/consumers/g");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "events.example.org");
        using var response = await node.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains(
            "\"https://events.example.org/consumers/g/instances/",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }
}
