using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;
using Serverless.StorageEngine.Azure;

namespace Serverless.EndToEnd.Tests.Outages;

/// <summary>A node whose storage is away for a while, as many clients see it.</summary>
/// <remarks>They bound times, so no other test of this project runs beside them.</remarks>
[Collection<StorageOutageTests>]
[CollectionDefinition(DisableParallelization = true)]
public sealed class StorageOutageTests(SharedAzurite azurite, ITestOutputHelper output)
{
    private const string Group = "/consumers/auditors/instances/first";
    private const int CallersOfAKind = 2;

    // What a round of all callers takes anyway comes on top, more of it on a machine that other tests share.
    private const int CrowdFactor = 3;
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    // A call that met the silence just before it ended is held until its own limit.
    private static readonly TimeSpan CallLimit = new AzureStorageOptions().WriteTimeout;

    // Longer than any limit of a storage call; minutes by the variable.
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(double.Parse(
        Environment.GetEnvironmentVariable("OUTAGE_SECONDS") ?? "6", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(ProxyFault.KeepSilent)]
    [InlineData(ProxyFault.LoseRequest)]
    [InlineData(ProxyFault.RefuseWith503)]
    [InlineData(ProxyFault.AnswerWith503)]
    public async Task Clients_are_told_to_try_again_while_storage_is_away_and_served_as_soon_as_it_is_back(
        ProxyFault fault)
    {
        var server = await azurite.StartedAsync();
        var faults = ProxyFault.None;
        await using var blobs = new FaultProxy(server.BlobEndpoint);
        await using var tables = new FaultProxy(server.TableEndpoint);
        blobs.Choose(_ => faults);
        tables.Choose(_ => faults);
        await using var place = Place.InAzurite(
            azurite, server.ConnectionStringVia(blobs.Address, tables.Address));
        var node = await place.StartNodeAsync("--append-interval-ms", "20");
        await PrepareAsync(node.Client);

        await using var callers = new Callers(node.Client, Kinds, CallersOfAKind);
        await callers.AllSucceedAsync(HostProcess.Patience);
        var usual = await callers.AllSucceedAsync(HostProcess.Patience);
        var before = callers.Refusals;
        faults = fault;
        await Task.Delay(Outage, TestContext.Current.CancellationToken);
        faults = ProxyFault.None;
        var back = await callers.AllSucceedAsync(HostProcess.Patience);
        var later = await callers.AllSucceedAsync(HostProcess.Patience);

        output.WriteLine(
            $"{fault}: {callers.Refusals - before} refusals in {Outage.TotalSeconds:F0} s, everyone served "
            + $"{back.TotalMilliseconds:F0} ms after; a round takes {usual.TotalMilliseconds:F0} ms before and "
            + $"{later.TotalMilliseconds:F0} ms later.");
        var held = fault == ProxyFault.KeepSilent ? CallLimit : TimeSpan.Zero;
        Assert.InRange(back, TimeSpan.Zero, held + Promise + (CrowdFactor * (usual > later ? usual : later)));
        Assert.True(callers.Refusals > before);
        Assert.Empty(callers.Surprises);
    }

    private static Dictionary<string, Func<HttpRequestMessage>> Kinds => new()
    {
        ["produce"] = static () => new(HttpMethod.Post, "/api/v1/topics/orders/partitions/0/records")
        {
            Content = JsonContent.Create(new { value = "one" }),
        },
        ["produce anywhere"] = static () => new(HttpMethod.Post, "/api/v1/topics/orders/records")
        {
            Content = JsonContent.Create(new { value = "one" }),
        },
        ["ends"] = static () => new(HttpMethod.Get, "/api/v1/topics/orders/offsets"),
        ["read"] = static () => new(HttpMethod.Get, "/api/v1/topics/orders/records?limit=1"),
        ["wait"] = static () => new(HttpMethod.Get, "/api/v1/topics/orders/records?from=latest&wait=200ms&limit=1"),
        ["topics"] = static () => new(HttpMethod.Get, "/api/v1/topics"),
        ["group"] = static () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"{Group}/records?timeout=200&max_bytes=1000");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.kafka.binary.v2+json"));
            return request;
        },
    };

    private static async Task PrepareAsync(HttpClient client)
    {
        var json = new MediaTypeHeaderValue("application/vnd.kafka.v2+json");
        (await client.PostAsJsonAsync("/api/v1/topics", new { name = "orders", partitions = 3 }))
            .EnsureSuccessStatusCode();
        (await client.PostAsync("/consumers/auditors", JsonContent.Create(new { name = "first" }, json)))
            .EnsureSuccessStatusCode();
        (await client.PostAsync(
            $"{Group}/subscription", JsonContent.Create(new { topic_pattern = "orders" }, json)))
            .EnsureSuccessStatusCode();
    }
}
