using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Latency;

/// <summary>How long producers wait, one world for each seed.</summary>
internal static class AckScenarios
{
    private const double Second = 1_000;

    /// <summary>The store past the engine: blocks of one size, one append in flight for each blob.</summary>
    public static AckRun Raw(ulong seed, int blobs, int blockBytes, double seconds)
    {
        using var world = new DistantWorld(seed);
        return world.Run(async () =>
        {
            var acks = new List<double>();
            var block = new byte[blockBytes];
            await Task.WhenAll(Enumerable.Range(0, blobs).Select(async blob =>
            {
                var (segment, wire) = (new SegmentName($"raw/{blob}"), world.Connect());
                await wire.CreateAsync(segment, CancellationToken.None);
                for (var position = 0L; world.NowMs < seconds * Second; position += blockBytes)
                {
                    var began = world.NowMs;
                    await wire.AppendAsync(
                        segment, position, new ReadOnlySequence<byte>(block), CancellationToken.None);
                    acks.Add(world.NowMs - began);
                }
            }));
            return new AckRun(acks, world.Counts, seconds, Failed: 0);
        });
    }

    /// <summary>A record every one to two seconds.</summary>
    public static AckRun Idle(ulong seed, int intervalMs)
    {
        using var world = new DistantWorld(seed);
        return world.Run(async () =>
        {
            var (node, clients) = (world.StartNode(), new Clients(world, world.CreateTopic(1, intervalMs)));
            await clients.OpenAsync(node, partition: 0);
            var (random, began) = (world.Fork("client"), world.NowMs);
            world.ResetCounts();
            while (world.NowMs < began + (1_000 * Second))
            {
                await world.DelayAsync(random.Next(1_000, 2_000));
                await clients.SendAsync(node, partition: 0);
            }

            return clients.End(began);
        });
    }

    /// <summary>Nodes that are asked at random moments to write the same partition, as keys make them.</summary>
    /// <param name="seed">Draws everything.</param>
    /// <param name="nodes">How many; none has an address, so that none forwards.</param>
    /// <param name="intervalMs">The topic's <c>append.interval.ms</c>.</param>
    /// <param name="perSecond">Requests of one record a second at each node.</param>
    public static AckRun Contended(ulong seed, int nodes, int intervalMs, double perSecond)
    {
        using var world = new DistantWorld(seed);
        return world.Run(async () =>
        {
            var all = Enumerable.Range(0, nodes).Select(_ => world.StartNode()).ToArray();
            var topic = world.CreateTopic(1, intervalMs);

            // The first seconds decide who leads, and are nobody's figure.
            var before = new Clients(world, topic);
            var until = world.NowMs + (15 * Second);
            await Task.WhenAll(all.Select((node, number) =>
                before.SendAtRateAsync(node, perSecond, until, world.Fork("before", number))));

            var (clients, began) = (new Clients(world, topic), world.NowMs);
            world.ResetCounts();
            until = began + (60 * Second);
            await Task.WhenAll(all.Select((node, number) =>
                clients.SendAtRateAsync(node, perSecond, until, world.Fork("client", number))));
            return clients.End(began);
        });
    }

    /// <summary>Clients that send one request after the other, each partition at the node that leads it.</summary>
    public static AckRun Busy(ulong seed, BusyLoad load, int intervalMs)
    {
        using var world = new DistantWorld(seed);
        return world.Run(async () =>
        {
            var nodes = Enumerable.Range(0, load.Nodes).Select(_ => world.StartNode()).ToArray();
            var clients = new Clients(
                world, world.CreateTopic(load.Partitions, intervalMs), load.RecordBytes, load.RecordsPerRequest);
            var partitions = Enumerable.Range(0, load.Partitions).ToArray();
            await Task.WhenAll(partitions.Select(partition => clients.OpenAsync(NodeOf(partition), partition)));
            var began = world.NowMs;
            world.ResetCounts();
            await Task.WhenAll(partitions.SelectMany(partition => Enumerable.Range(0, load.InFlight)
                .Select(_ => clients.SendInTurnAsync(NodeOf(partition), partition, began + (load.Seconds * Second)))));
            return clients.End(began);

            StorageEngine.Log.EventLog NodeOf(int partition) => nodes[partition % nodes.Length];
        });
    }
}
