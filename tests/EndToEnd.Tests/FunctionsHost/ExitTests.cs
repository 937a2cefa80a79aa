using Serverless.EndToEnd.Tests.Groups;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.FunctionsHost;

namespace Serverless.EndToEnd.Tests.FunctionsHost;

/// <summary>The Functions host starts a handler again unless it ended with 0.</summary>
public sealed class ExitTests
{
    [Theory]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public async Task A_node_that_is_asked_to_stop_asks_to_be_started_again(int signal)
    {
        await using var node = await HostedNode.StartAsync();

        node.Process.Send(signal);

        Assert.Equal(200, await node.Process.ExitAsync());
    }

    [Fact]
    public async Task A_node_that_is_killed_as_the_host_kills_it_has_lost_nothing_that_it_acknowledged()
    {
        await using var place = Place.BehindFunctionsHost();
        var killed = await place.StartNodeAsync();
        await V2Request.SendAsync(killed.Client, "POST", "/api/v1/topics", """{"name":"orders"}""");
        (await V2Request.SendAsync(killed.Client, "POST", "/topics/orders", """{"records":[{"value":1}]}""")).Is(200);

        await killed.KillAsync();

        var next = await place.StartNodeAsync();
        var page = await V2Request.SendAsync(next.Client, "GET", "/api/v1/topics/orders/partitions/0/offsets");
        Assert.Equal(1, (int)page.Body!["high_watermark"]!);
    }

    [Fact]
    public async Task Storage_that_cannot_be_used_is_no_end_of_the_app()
    {
        using var folder = new ScratchFolder();
        await using var front = new FunctionsHostDouble(
            FunctionApp.Read(Path.GetDirectoryName(HostExecutable.Path)!));
        await using var node = HostProcess.Launch(folder.Path, front.Variables, "--data", "/proc/nowhere");

        Assert.Equal(1, await node.ExitAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_no_end_of_the_app()
    {
        using var folder = new ScratchFolder();
        await using var first = await HostedNode.StartAsync();
        var variables = new Dictionary<string, string>
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{first.Process.Front.Handler.Port}",
        };
        await using var second = HostProcess.Launch(folder.Path, variables);

        Assert.Equal(1, await second.ExitAsync());
    }
}
