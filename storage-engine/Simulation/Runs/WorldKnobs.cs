using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>Everything that a seed draws before its world begins.</summary>
/// <param name="Places">How many nodes can live at the same time.</param>
/// <param name="Partitions">How many partitions the lasting topic has.</param>
/// <param name="TopicConfigs">The settings of all topics, by Kafka's name.</param>
/// <param name="Nodes">The settings of all nodes.</param>
/// <param name="Workload">How clients behave.</param>
/// <param name="Seats">What each client does.</param>
/// <param name="Mix">How often each kind of fault strikes.</param>
/// <param name="FaultTime">When the world heals.</param>
/// <param name="SegmentBlocksMax">After how many blocks the service itself takes no more.</param>
public sealed record WorldKnobs(
    int Places,
    int Partitions,
    IReadOnlyList<KeyValuePair<string, string?>> TopicConfigs,
    NodeKnobs Nodes,
    Workload Workload,
    IReadOnlyList<ClientRole> Seats,
    FaultMix Mix,
    TimeSpan FaultTime,
    int SegmentBlocksMax)
{
    private const int BlocksOfCarrierMin = 10;
    private const long CacheBytesMin = 4 * 1024 * 1024;

    /// <summary>What makes old records go, or null.</summary>
    public KeepingKnobs? Keeping { get; init; }

    /// <summary>Draws a seed's world.</summary>
    public static WorldKnobs Draw(SeededRandom random)
    {
        var keeping = KeepingKnobs.Draw(random.Fork("keeping"));
        var workload = Workload.Draw(random.Fork("workload"));
        var nodes = NodeKnobs.Draw(random.Fork("nodes"));
        var placement = DrawPlacement(random.Fork("placement"));
        random = random.Fork("world");
        var world = new WorldKnobs(
            random.Next(1, 7),
            random.Pick(1, 1, 1, 2, 3, 5),
            [.. DrawTopicConfigs(random), .. placement],
            nodes,
            workload,
            ClientRole.Draw(random),
            FaultMix.Draw(random),
            random.Milliseconds(5_000, 60_000),
            random.Chance(0.1) ? nodes.Log.Tuning.SegmentBlocksMax + random.Next(1, 4) : 50_000);
        return WithRoomForSeals(keeping?.In(world) ?? world);
    }

    // The service's last blocks are for the seal, and for the rest of a piece before it. Carriers of a few blocks would
    // take longer to read than any client waits, and so would small carriers that are read again for each block.
    private static WorldKnobs WithRoomForSeals(WorldKnobs world)
    {
        var shared = world.Nodes.Log.Shared;
        var most = Math.Min(shared.CarrierBlocks, Math.Max(1, world.SegmentBlocksMax - 2));
        var isShared = most >= BlocksOfCarrierMin && !world.TopicConfigs.Contains(new("log", "dedicated"));
        return world with
        {
            TopicConfigs = most >= BlocksOfCarrierMin
                ? world.TopicConfigs
                : [.. world.TopicConfigs.Where(static one => one.Key != "log"), new("log", "dedicated")],
            Nodes = world.Nodes with
            {
                Log = world.Nodes.Log with
                {
                    Shared = shared with { CarrierBlocks = most },
                    CacheBytesMax = isShared
                        ? Math.Max(world.Nodes.Log.CacheBytesMax, CacheBytesMin)
                        : world.Nodes.Log.CacheBytesMax,
                },
            },
        };
    }

    private static List<KeyValuePair<string, string?>> DrawPlacement(SeededRandom random) =>
    [
        new("log", random.Pick("dedicated", "dedicated", "auto", "shared", "shared:all")),
        new("shared.segment.ms", random.Pick("3600000", "3600000", "3000")),
    ];

    private static List<KeyValuePair<string, string?>> DrawTopicConfigs(SeededRandom random) =>
    [
        new("append.interval.ms", random.Pick("0", "0", "5", "50", "250")),
        new("segment.bytes", random.Pick("1073741824", "16384", "65536")),
        new("segment.ms", random.Pick("604800000", "604800000", "3000")),
        new("message.timestamp.type", random.Pick("CreateTime", "CreateTime", "LogAppendTime")),
    ];
}
