using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Latency;

/// <summary>Readers that wait at one node for the records of a partition that another node leads.</summary>
internal static class TailScenario
{
    private const double Milliseconds = 60_000;
    private const double RequestsPerSecond = 10;
    private const int FetchBytes = 1024 * 1024;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    /// <summary>Lets it happen.</summary>
    /// <param name="seed">Draws everything but the number of readers, so that two numbers see the same records.</param>
    /// <param name="readers">How many.</param>
    public static TailRun Run(ulong seed, int readers)
    {
        using var world = new DistantWorld(seed);
        return world.Run(async () =>
        {
            var (writer, topic) = (world.StartNode(), world.CreateTopic(1, 0));
            var clients = new Clients(world, topic);
            await clients.OpenAsync(writer, partition: 0);
            var reader = world.StartNode();
            await reader.FetchAsync(topic, 0, 0, FetchBytes, CancellationToken.None);
            world.ResetCounts();

            var (sentAt, delays) = (new Dictionary<long, double>(), new List<double>());
            var last = (long)(Milliseconds / 1_000 * RequestsPerSecond);
            var reading = Enumerable.Range(0, readers)
                .Select(_ => FollowAsync(world, reader, topic, last, sentAt, delays)).ToArray();
            var random = world.Fork("client");
            for (var offset = 1L; offset <= last; offset++)
            {
                await world.DelayAsync(random.Next(50, 150));
                sentAt[offset] = world.NowMs;
                await clients.SendAsync(writer, partition: 0);
            }

            await Task.WhenAll(reading);
            return new TailRun(Spread.Of(delays), world.Counts.Reads, last);
        });
    }

    private static async Task FollowAsync(
        DistantWorld world,
        EventLog node,
        Topic topic,
        long last,
        Dictionary<long, double> sentAt,
        List<double> delays)
    {
        for (var next = 1L; next <= last;)
        {
            if (!await node.WaitAsync(topic, [new PartitionPosition(0, next)], LongPoll, CancellationToken.None))
            {
                continue;
            }

            var outcome = await node.FetchAsync(topic, 0, next, FetchBytes, CancellationToken.None);
            if (outcome is not FetchOutcome.Fetched fetched)
            {
                throw new InvalidOperationException($"The engine answered a fetch with {outcome}.");
            }

            for (; next < fetched.NextOffset; next++)
            {
                delays.Add(world.NowMs - sentAt[next]);
            }
        }
    }
}
