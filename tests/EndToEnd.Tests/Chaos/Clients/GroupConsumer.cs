using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>One consumer of the group, through REST Proxy v2: reads, commits what it has read, and comes back as
/// another instance whenever it does not know what became of a read.</summary>
internal sealed class GroupConsumer
{
    private const string Group = "chaos";
    private const string Json = "application/vnd.kafka.v2+json";
    private const string JsonRecords = "application/vnd.kafka.json.v2+json";
    private const int LeavesOneIn = 40;

    private static readonly TimeSpan ReadWait = TimeSpan.FromMilliseconds(500);

    private readonly ChaosClient _client;
    private string _name = "";

    private GroupConsumer(ChaosClient client) => _client = client;

    private ChaosRun Run => _client.Run;

    private string Path => $"/consumers/{Group}/instances/{_name}";

    private bool IsDone =>
        Run.Ends is { IsCompletedSuccessfully: true, Result: var ends } && Run.GroupCoverage.Reaches(ends);

    /// <summary>Consumes until the group has read everything up to the ends.</summary>
    public static async Task RunAsync(ChaosClient client)
    {
        var consumer = new GroupConsumer(client);
        while (!consumer.IsDone)
        {
            consumer._name = $"consumer-{client.Process}";
            if (await consumer.JoinAsync())
            {
                await consumer.ConsumeAsync();
                await consumer.LeaveAsync();
            }

            client.ComeBackAsAnother();
        }
    }

    private async Task<bool> JoinAsync()
    {
        using var create = Post($"/consumers/{Group}", new Dictionary<string, string>
        {
            ["name"] = _name,
            ["format"] = "json",
            ["auto.offset.reset"] = "earliest",
            ["auto.commit.enable"] = "false",
        });
        if (await _client.SendAsync(create) is not Reply.Received { IsSuccess: true })
        {
            return false;
        }

        var operation = await _client.InvokeAsync(new Request.Subscribe(Group, _name, [Run.Topic]));
        using var subscribe = Post(Path + "/subscription", new { topics = new[] { ChaosRun.TopicName } });
        var reply = await _client.SendAsync(subscribe);
        _client.Complete(operation, Done(reply));
        return reply is Reply.Received { IsSuccess: true };
    }

    private async Task ConsumeAsync()
    {
        while (!IsDone && _client.Random.Next(LeavesOneIn) > 0)
        {
            var operation = await _client.InvokeAsync(new Request.GroupPoll(Group, _name));
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"{Path}/records?timeout={ReadWait.TotalMilliseconds}&max_bytes=200000");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(JsonRecords));
            if (await _client.SendAsync(request, ReadWait) is not Reply.Received { IsSuccess: true } received)
            {
                _client.Complete(operation, new Answer.Unknown("The position may have moved."));
                return;
            }

            var slices = RecordPages.SlicesOf(received.Json, Run);
            _client.Complete(operation, new Answer.Polled(slices));
            foreach (var slice in slices)
            {
                foreach (var record in slice.Records)
                {
                    Run.GroupCoverage.Add(slice.Partition.Index, record.Offset);
                }
            }

            if (slices.Length > 0)
            {
                await CommitAsync([.. slices]);
            }
        }
    }

    // The API takes the offset of the last record processed; the history knows the next one to read.
    private async Task CommitAsync(Slice[] slices)
    {
        var operation = await _client.InvokeAsync(new Request.Commit(
            Group,
            _name,
            [.. slices.Select(static slice => new Position(slice.Partition, slice.Records[^1].Offset + 1))]));
        using var request = Post(Path + "/offsets", new
        {
            offsets = slices.Select(static slice => new
            {
                topic = ChaosRun.TopicName,
                partition = slice.Partition.Index,
                offset = slice.Records[^1].Offset,
            }),
        });
        _client.Complete(operation, Done(await _client.SendAsync(request)));
    }

    private async Task LeaveAsync()
    {
        var operation = await _client.InvokeAsync(new Request.Leave(Group, _name));
        using var request = new HttpRequestMessage(HttpMethod.Delete, Path);
        request.Content = JsonContent.Create(new { }, mediaType: new(Json));
        _client.Complete(operation, Done(await _client.SendAsync(request)));
    }

    private static HttpRequestMessage Post<T>(string path, T body) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body, mediaType: new(Json)) };

    private static Answer Done(Reply reply) => reply switch
    {
        Reply.Received { IsSuccess: true } => new Answer.Done(),
        Reply.Received { Status: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } refused =>
            new Answer.Failed(Refusal.NotOwner, -1, refused.Body),
        _ => SendAnswers.OfUnsuccessful(reply),
    };
}
