using System.Net;
using Serverless.Azurite;

namespace Serverless.EndToEnd.Tests.Chaos.Faults;

/// <summary>The faults that storage meets are themselves tested: a run without faults proves nothing.</summary>
public sealed class SeededFaultsTests
{
    private const int Requests = 2_000;
    private const string Line = "PUT /account/container/blob HTTP/1.1";

    [Fact]
    public void A_seed_draws_the_same_fates_again()
    {
        Assert.Equal(FatesOf(new SeededFaults(7)), FatesOf(new SeededFaults(7)));
        Assert.NotEqual(FatesOf(new SeededFaults(7)), FatesOf(new SeededFaults(8)));
    }

    [Fact]
    public void A_few_seeds_draw_every_fault_and_delays_in_both_directions_and_nothing_at_all()
    {
        var mixes = Enumerable.Range(1, 100).Select(static seed => FatesOf(new SeededFaults(seed))).ToList();

        Assert.Equal(Enum.GetValues<ProxyFault>(), mixes.SelectMany(static fates => fates)
            .Select(static fate => fate.Fault).Distinct().Order());
        Assert.Contains(mixes, static fates => fates.Exists(static fate => fate.RequestDelay > TimeSpan.Zero));
        Assert.Contains(mixes, static fates => fates.Exists(static fate => fate.AnswerDelay > TimeSpan.Zero));
        Assert.Contains(mixes, static fates => fates.TrueForAll(static fate => fate == ProxyFault.None));
    }

    [Fact]
    public void An_outage_hits_every_request_until_it_ends_and_nothing_is_left_when_all_is_healed()
    {
        var faults = new SeededFaults(7);

        faults.BeginOutage(ProxyFault.KeepSilent);
        Assert.All(FatesOf(faults), static fate => Assert.Equal(ProxyFault.KeepSilent, fate.Fault));
        faults.EndOutage();
        Assert.Contains(FatesOf(faults), static fate => fate.Fault != ProxyFault.KeepSilent);
        faults.BeginOutage(ProxyFault.KeepSilent);
        faults.Heal();

        Assert.All(FatesOf(faults), static fate => Assert.Equal(default, fate));
        Assert.Equal(3 * Requests, faults.Counts.Requests);
    }

    [Fact]
    public async Task A_delayed_request_arrives_although_its_sender_has_given_it_up()
    {
        using var server = new HttpListener();
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        await using var proxy = new FaultProxy(new Uri($"http://127.0.0.1:{port}"));
        using var sender = new HttpClient { BaseAddress = proxy.Address };
        using var patience = new CancellationTokenSource();
        proxy.Choose(_ =>
        {
            patience.Cancel();
            return new RequestFate(ProxyFault.None, RequestDelay: TimeSpan.FromMilliseconds(50));
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.GetAsync("/late", patience.Token));

        var arrived = await server.GetContextAsync().WaitAsync(
            TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal("/late", arrived.Request.RawUrl);
        arrived.Response.Close();
    }

    private static List<RequestFate> FatesOf(SeededFaults faults) =>
        [.. Enumerable.Range(0, Requests).Select(_ => faults.Next(Line))];

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
