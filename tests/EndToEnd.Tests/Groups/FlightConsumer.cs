using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.EndToEnd.Tests.RealInput;

namespace Serverless.EndToEnd.Tests.Groups;

/// <summary>
/// A consumer that commits what it has processed, asks any node, and goes on at the next one when a node dies: back to
/// the committed offsets when the answer of a read was lost, since the position may have moved without it.
/// </summary>
internal sealed class FlightConsumer
{
    private const string Group = "/consumers/analysts";
    private const int TriesMax = 200;

    // So little that the walk takes many reads, and kills meet all kinds of requests.
    private const int BytesMax = 8_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _name;
    private readonly NodeRing _nodes;
    private readonly FlightLedger _ledger;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="name">Its name in the group.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="ledger">Where it says what it has done.</param>
    public FlightConsumer(string name, NodeRing nodes, FlightLedger ledger)
    {
        _name = name;
        _nodes = nodes;
        _ledger = ledger;
    }

    /// <summary>How many answers were lost, or were refusals that a retry mends.</summary>
    public int Lost { get; private set; }

    /// <summary>How many commits came too late: the partition had gone to another consumer.</summary>
    public int Fenced { get; private set; }

    /// <summary>How many flights it has processed.</summary>
    public int Processed { get; private set; }

    private string Instance => $"{Group}/instances/{_name}";

    /// <summary>Adds the instance to the group and subscribes it.</summary>
    public async Task JoinAsync()
    {
        // A creation that is sent again because its answer was lost may find the instance there.
        var created = await AskAsync(
            "POST",
            Group,
            $$"""{"name":"{{_name}}","format":"json","auto.offset.reset":"earliest","auto.commit.enable":"false"}""");
        Assert.True(created.Status == 200 || created.ErrorCode == 40902, created.ToString());
        (await AskAsync("POST", $"{Instance}/subscription", $$"""{"topics":["{{FlightTopic.Name}}"]}""")).Is(204);
    }

    /// <summary>Reads, processes and commits until every flight was processed by someone; then leaves.</summary>
    public async Task RunAsync()
    {
        while (!_ledger.IsComplete)
        {
            if (await ReadAsync() is { Count: > 0 } deliveries)
            {
                await CommitAsync(deliveries);
            }
        }

        var left = await AskAsync("DELETE", Instance);
        Assert.True(left.Status == 204 || left.ErrorCode == 40403, left.ToString());
    }

    /// <summary>Reads and processes until something has come, and commits it no more: the consumer crashes.</summary>
    public async Task CrashAsync()
    {
        while (await ReadAsync() is not { Count: > 0 } && !_ledger.IsComplete)
        {
            continue;
        }
    }

    private async Task<IReadOnlyList<Delivery>> ReadAsync()
    {
        var committed = _ledger.Committed;
        var reply = await TryAsync("GET", $"{Instance}/records?timeout=300&max_bytes={BytesMax}", body: null);
        if (reply is null)
        {
            await SeekBackAsync();
            return [];
        }

        if (reply.ErrorCode == 40403)
        {
            await JoinAsync();
            return [];
        }

        reply.Is(200);
        using var records = JsonDocument.Parse(reply.Body!.ToJsonString());
        IReadOnlyList<Delivery> deliveries =
        [
            .. records.RootElement.EnumerateArray().Select(static record => new Delivery(
                record.GetProperty("partition").GetInt32(),
                record.GetProperty("offset").GetInt64(),
                Flight.Of(record.GetProperty("value")))),
        ];
        _ledger.Process(deliveries, committed);
        Processed += deliveries.Count;
        return deliveries;
    }

    private async Task CommitAsync(IReadOnlyList<Delivery> deliveries)
    {
        var offsets = deliveries
            .GroupBy(static one => one.Partition)
            .ToDictionary(static one => one.Key, static one => one.Max(static each => each.Offset));
        var reply = await AskAsync("POST", $"{Instance}/offsets", BodyOf(offsets));
        if (reply.Status == 200)
        {
            _ledger.Commit(offsets);
        }
        else
        {
            Assert.True(reply.ErrorCode is 40903 or 40403, reply.ToString());
            Fenced++;
        }
    }

    private async Task SeekBackAsync()
    {
        var assigned = await AskAsync("GET", $"{Instance}/assignments");
        var committed = await AskAsync("GET", $"{Instance}/offsets?topic={FlightTopic.Name}");
        if (assigned.ErrorCode == 40403 || committed.ErrorCode == 40403)
        {
            return;
        }

        var offsets = committed.Body!["offsets"]!.AsArray()
            .ToDictionary(static one => PartitionOf(one!), static one => one!["offset"]!.GetValue<long>());
        var places = assigned.Body!["partitions"]!.AsArray()
            .Select(static one => PartitionOf(one!))
            .ToDictionary(static one => one, one => offsets.GetValueOrDefault(one));
        if (places.Count > 0)
        {
            // A partition that went away in between is no longer this consumer's to seek in.
            var sought = await AskAsync("POST", $"{Instance}/positions", BodyOf(places));
            Assert.True(sought.Status == 204 || sought.ErrorCode is 40903 or 40403, sought.ToString());
            if (sought.ErrorCode == 40903)
            {
                await SeekBackAsync();
            }
        }
    }

    /// <summary>Asks one node after the other until one answers for good; what is asked may be done twice.</summary>
    private async Task<V2Reply> AskAsync(string method, string path, string? body = null)
    {
        for (var number = 0; number < TriesMax; number++)
        {
            if (await TryAsync(method, path, body) is { } reply)
            {
                return reply;
            }
        }

        throw new InvalidOperationException($"Nobody answered {method} {path}.");
    }

    private async Task<V2Reply?> TryAsync(string method, string path, string? body)
    {
        try
        {
            var reply = await V2Request.SendAsync(_nodes.Next(), method, path, body);
            if (reply.Status is not (500 or 503 or 429))
            {
                return reply;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException
            && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // The node is dead, or died while it was asked.
        }

        Lost++;
        await Task.Delay(Pause, TestContext.Current.CancellationToken);
        return null;
    }

    private static int PartitionOf(JsonNode place) => place["partition"]!.GetValue<int>();

    private static string BodyOf(IReadOnlyDictionary<int, long> offsets)
    {
        var each = offsets.Select(static one =>
            $$"""{"topic":"{{FlightTopic.Name}}","partition":{{one.Key}},"offset":{{one.Value}}}""");
        return $$"""{"offsets":[{{string.Join(',', each)}}]}""";
    }
}
