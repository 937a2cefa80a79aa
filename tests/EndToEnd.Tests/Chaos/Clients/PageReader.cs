using System.Globalization;
using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Reads all partitions page by page from the beginning to the end, through another node each time, and looks
/// at the ends, at random places and for random times in between.</summary>
internal sealed class PageReader
{
    private const int PageRecordsMax = 400;

    private static readonly TimeSpan PauseAtEnd = TimeSpan.FromMilliseconds(50);

    private readonly ChaosClient _client;
    private readonly ChaosClient _visitor;
    private readonly long[] _next;
    private readonly long _began = Milliseconds;

    private PageReader(ChaosClient client, ChaosClient visitor)
    {
        _client = client;
        _visitor = visitor;
        _next = new long[client.Run.Partitions];
    }

    private static long Milliseconds => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads until the ends are known and reached.</summary>
    /// <param name="client">Remembers its places.</param>
    /// <param name="visitor">Looks here and there, and remembers nothing.</param>
    public static async Task RunAsync(ChaosClient client, ChaosClient visitor)
    {
        var reader = new PageReader(client, visitor);
        Assign(client, [.. reader._next.Select(reader.At)]);
        while (!client.Run.IsAtEnd(reader._next))
        {
            await reader.ReadAllAsync();
            await reader.VisitAsync();
        }
    }

    private async Task ReadAllAsync()
    {
        var came = 0;
        for (var partition = 0; partition < _next.Length; partition++)
        {
            var records = await PollAsync(_client, partition, _next[partition]);
            came += records.Count;
            _next[partition] = records.Count == 0 ? _next[partition] : records[^1].Offset + 1;
        }

        if (came == 0)
        {
            await Task.Delay(PauseAtEnd, TestContext.Current.CancellationToken);
        }
    }

    private async Task VisitAsync()
    {
        var partition = _visitor.Random.Next(_next.Length);
        var offset = _visitor.Random.NextInt64(_next[partition] + 1);
        Assign(_visitor, [At(offset, partition)]);
        await PollAsync(_visitor, partition, offset);
        await LookAtEndsAsync(partition);
        await LookForTimeAsync(partition);
    }

    private async Task LookForTimeAsync(int partition)
    {
        var time = _began + (long)(_visitor.Random.NextDouble() * (Milliseconds - _began));
        var operation = await _visitor.InvokeAsync(new Request.FindOffset(_visitor.Run.PartitionOf(partition), time));
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{partition}/offsets?timestamp={time}"));
        _visitor.Complete(operation, await _visitor.SendAsync(request) switch
        {
            Reply.Received { IsSuccess: true, Json: var json } =>
                new Answer.Found(NumberOf(json.GetProperty("offset")), NumberOf(json.GetProperty("timestamp"))),
            var reply => new Answer.Failed(Refusal.Unavailable, -1, reply.ToString()),
        });
    }

    private async Task LookAtEndsAsync(int partition)
    {
        var operation = await _visitor.InvokeAsync(new Request.GetOffsets(_visitor.Run.PartitionOf(partition)));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{partition}/offsets");
        _visitor.Complete(operation, await _visitor.SendAsync(request) switch
        {
            Reply.Received { IsSuccess: true } received => new Answer.Ends(
                received.Json.GetProperty("log_start_offset").GetInt64(),
                received.Json.GetProperty("high_watermark").GetInt64()),
            var reply => new Answer.Failed(Refusal.Unavailable, -1, reply.ToString()),
        });
    }

    private static long? NumberOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Null ? null : json.GetInt64();

    private static async Task<IReadOnlyList<SeenRecord>> PollAsync(ChaosClient client, int partition, long offset)
    {
        var operation = await client.InvokeAsync(new Request.Poll([new(client.Run.PartitionOf(partition), offset)]));
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{partition}/records"
            + $"?offset={offset}&limit={PageRecordsMax}&value=text"));
        var answer = RecordPages.OfPage(await client.SendAsync(request), partition, client.Run);
        client.Complete(operation, answer);
        return answer is Answer.Polled polled ? polled.Slices[0].Records : [];
    }

    private static void Assign(ChaosClient client, Position[] from) =>
        client.Run.History.Note(client.Process, new Request.Assign([.. from]), ChaosRun.Now);

    private Position At(long offset, int partition) => new(_client.Run.PartitionOf(partition), offset);
}
