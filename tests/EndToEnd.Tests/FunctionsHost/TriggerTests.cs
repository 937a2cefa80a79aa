using System.Net;
using System.Text;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.FunctionsHost;

/// <summary>The timer's function is the host's to call, and nobody else's.</summary>
public sealed class TriggerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_timer_keeps_the_store_and_once_is_enough()
    {
        await using var node = await HostedNode.StartAsync();
        await node.CreateTopicAsync("orders");

        Assert.Equal(["Kept 1 topics."], await node.Process.Front.RunTimerAsync("maintenance", Token));
        Assert.Equal(["Nothing is due."], await node.Process.Front.RunTimerAsync("maintenance", Token));

        var (_, maintenance) = await node.SendAsync("GET", "/api/v1/maintenance");
        Assert.NotNull(maintenance["run"]!["finished_at"]);
    }

    [Fact]
    public async Task Without_an_interval_the_timer_does_nothing()
    {
        await using var node = await HostedNode.StartAsync("--maintenance-interval-ms", "0");
        await node.CreateTopicAsync("orders");

        Assert.Equal(["Nothing is due."], await node.Process.Front.RunTimerAsync("maintenance", Token));
    }

    [Fact]
    public async Task From_outside_there_is_no_such_path_however_it_is_written()
    {
        await using var node = await HostedNode.StartAsync();
        await node.CreateTopicAsync("orders");
        (string Name, string Value)[] headers =
        [
            ("User-Agent", "Azure-Functions-Host/4.1044.400"), ("x-ms-invocation-id", ""),
            ("Connection", "x-ms-invocation-id"), ("Connection", "X-Forwarded-Host, x-ms-invocation-id"),
        ];
        string[] paths =
            ["maintenance", "Maintenance", "%6daintenance", "/maintenance", "maintenance/", "x/../maintenance", "maintenance?a=1"];

        foreach (var header in headers)
        {
            foreach (var path in paths)
            {
                Assert.Equal(HttpStatusCode.NotFound, await PostAsync(node, path, header));
            }
        }

        Assert.Null((await node.SendAsync("GET", "/api/v1/maintenance")).Body["run"]);
    }

    [Fact]
    public async Task A_node_that_listens_by_itself_has_no_such_path()
    {
        using var folder = new ScratchFolder();
        await using var alone = await HostProcess.StartAsync(folder.Path);
        using var client = new HttpClient { BaseAddress = alone.Address };

        using var answer = await client.PostAsync("/maintenance", null, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<HttpStatusCode> PostAsync(
        HostedNode node, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{node.Process.Front.Address}{path}"))
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await node.Client.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
