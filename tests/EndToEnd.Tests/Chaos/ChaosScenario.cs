using System.Net.Http.Json;
using Serverless.EndToEnd.Tests.Chaos.Clients;
using Serverless.EndToEnd.Tests.Chaos.Faults;
using Serverless.EndToEnd.Tests.Chaos.Nodes;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.EndToEnd.Tests.Chaos;

/// <summary>
/// One run: nodes over one store, producers, readers and a group at work, and an adversary among them; then everything
/// heals, the producers end, and the readers read up to the end.
/// </summary>
internal sealed class ChaosScenario
{
    private static readonly string[] SegmentBytes = ["65536", "1048576", "1073741824"];
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly IChaosStore _store;
    private readonly ChaosCluster _cluster;
    private readonly Random _random;

    /// <summary>Prepares a run.</summary>
    /// <param name="store">The store; stays with the caller.</param>
    /// <param name="cluster">Nodes over it, not started; stay with the caller.</param>
    /// <param name="random">Draws everything.</param>
    public ChaosScenario(IChaosStore store, ChaosCluster cluster, Random random)
    {
        _store = store;
        _cluster = cluster;
        _random = random;
        Run = new ChaosRun(cluster, ChaosPlan.Partitions);
        Adversary = new Adversary(cluster, store.Faults, Run.Progress, new Random(random.Next()));
    }

    /// <summary>What the clients shared; its history is what the checker judges.</summary>
    public ChaosRun Run { get; }

    /// <summary>What was done to the nodes and their storage.</summary>
    public Adversary Adversary { get; }

    /// <summary>Runs until the readers have read up to the end.</summary>
    /// <param name="acts">How often the adversary acts.</param>
    public async Task PlayAsync(int acts)
    {
        await _cluster.StartAllAsync();
        Run.Topic = await CreateTopicAsync();
        Run.ClusterId = await FindClusterAsync(NewClient());
        Task[] producers =
        [
            .. Enum.GetValues<ProduceApi>().Select(api => PlainProducer.RunAsync(NewClient(), api)),
            .. Enum.GetValues<ProduceApi>().Select(api => KeyedProducer.RunAsync(NewClient(), api)),
            LineProducer.RunAsync(NewClient()),
            IdempotentProducer.RunAsync(NewClient()),
            IdempotentProducer.RunAsync(NewClient()),
            ConditionalProducer.RunAsync(NewClient()),
        ];
        Task[] readers =
        [
            PageReader.RunAsync(NewClient(), NewClient()),
            TopicPager.RunAsync(NewClient()),
            .. Enumerable.Range(0, Run.Partitions).Select(partition => Follower.RunAsync(NewClient(), partition)),
            .. Enumerable.Range(0, 3).Select(_ => GroupConsumer.RunAsync(NewClient())),
        ];

        // Clients end by themselves only when something is wrong with the test.
        await await Task.WhenAny([Adversary.ActAsync(acts), .. producers, .. readers]);
        foreach (var faults in _store.Faults)
        {
            faults.Heal();
        }

        Run.EndProducing();
        await EndAsync("The producers did not end", producers);
        var ends = await FindEndsAsync(NewClient());
        Run.EndAt(ends);
        await EndAsync("The readers did not reach the end", readers);
    }

    private async Task EndAsync(string otherwise, Task[] clients)
    {
        try
        {
            await Task.WhenAll(clients).WaitAsync(Adversary.Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            var busy = clients.Index().Where(static one => !one.Item.IsCompleted).Select(static one => one.Index);
            var read = Run.Ends is { IsCompletedSuccessfully: true, Result: var ends }
                ? $"; the group has read {Run.GroupCoverage.Against(ends)}"
                : "";
            Assert.Fail($"{otherwise} within {Adversary.Patience}: {string.Join(", ", busy)}{read}.");
        }
    }

    private async Task<TopicId> CreateTopicAsync()
    {
        var client = NewClient();
        var segmentBytes = SegmentBytes[_random.Next(SegmentBytes.Length)];
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/topics");
            request.Content = JsonContent.Create(new
            {
                name = ChaosRun.TopicName,
                partitions = ChaosPlan.Partitions,
                configs = new Dictionary<string, string> { ["segment.bytes"] = segmentBytes },
            });
            if (await client.SendAsync(request) is Reply.Received { IsSuccess: true } created)
            {
                return TopicId.Parse(created.Json.GetProperty("id").GetString()!);
            }

            await Task.Delay(RetryPause, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> FindClusterAsync(ChaosClient client)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v3/clusters");
            if (await client.SendAsync(request) is Reply.Received { IsSuccess: true, Json: var json })
            {
                return json.GetProperty("data")[0].GetProperty("cluster_id").GetString()!;
            }
        }
    }

    private static async Task<IReadOnlyList<long>> FindEndsAsync(ChaosClient client)
    {
        var ends = new List<long>();
        while (ends.Count < client.Run.Partitions)
        {
            var operation = await client.InvokeAsync(new Request.GetOffsets(client.Run.PartitionOf(ends.Count)));
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"/api/v1/topics/{ChaosRun.TopicName}/partitions/{ends.Count}/offsets");
            var reply = await client.SendAsync(request);
            if (reply is Reply.Received { IsSuccess: true, Json: var json })
            {
                var end = json.GetProperty("high_watermark").GetInt64();
                client.Complete(operation, new Answer.Ends(json.GetProperty("log_start_offset").GetInt64(), end));
                ends.Add(end);
            }
            else
            {
                client.Complete(operation, new Answer.Failed(Refusal.Unavailable, -1, reply.ToString()));
            }
        }

        return ends;
    }

    private ChaosClient NewClient() => new(Run, new Random(_random.Next()));
}
