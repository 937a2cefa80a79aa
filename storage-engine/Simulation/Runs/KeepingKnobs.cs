using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>
/// What a seed draws in which old records go: drawn beside everything else, so that a seed without it is the world that
/// it was.
/// </summary>
/// <param name="TopicConfigs">The settings of the lasting topic that take the place of those drawn before; null takes
/// one back.</param>
/// <param name="Keys">How many keys records have; 0 for records without keys.</param>
/// <param name="SegmentBlocksMax">The most blocks of a segment, so that some are sealed soon.</param>
/// <param name="Roles">Further clients.</param>
/// <param name="Keeper">The keepers' settings.</param>
public sealed record KeepingKnobs(
    IReadOnlyList<KeyValuePair<string, string?>> TopicConfigs,
    int Keys,
    int SegmentBlocksMax,
    IReadOnlyList<ClientRole> Roles,
    KeeperSettings Keeper)
{
    private const double Share = 0.35;

    /// <summary>Draws a seed's; null in most seeds.</summary>
    public static KeepingKnobs? Draw(SeededRandom random)
    {
        if (!random.Chance(Share))
        {
            return null;
        }

        var policy = random.Pick("delete", "delete", "compact", "compact,delete");
        var compacts = policy != "delete";
        return new KeepingKnobs(
            [
                new("cleanup.policy", policy),
                new("file.delete.delay.ms", random.Pick("0", "1000", "1000", "60000")),
                new("compression.type", random.Pick("producer", "producer", "gzip")),
                .. random.Chance(0.5) || policy == "compact" ? DrawCopies(random) : DrawRetention(random),
                .. compacts ? DrawCompaction(random) : [],
            ],
            compacts || random.Chance(0.5) ? random.Pick(1, 3, 10) : 0,
            random.Pick(3, 7, 20),
            ClientRole.DrawKeepers(random),
            new KeeperSettings
            {
                StepsMax = random.Pick(10_000, 10_000, 20),
                BytesRewrittenMax = random.Pick(4L * 1024 * 1024 * 1024, 4L * 1024 * 1024 * 1024, 1),
                LeaseDuration = random.Pick(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2)),
                CopyTimeout = random.Pick(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2)),
                StrayCopyInterval = random.Pick(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)),
            });
    }

    /// <summary>Puts it into a world.</summary>
    public WorldKnobs In(WorldKnobs world)
    {
        var names = TopicConfigs.Select(static one => one.Key).ToHashSet(StringComparer.Ordinal);
        var tuning = world.Nodes.Log.Tuning;
        return world with
        {
            Keeping = this,
            TopicConfigs =
            [
                .. world.TopicConfigs.Where(one => !names.Contains(one.Key)),
                .. TopicConfigs.Where(static one => one.Value is not null),
            ],
            Seats = [.. world.Seats, .. Roles],
            Nodes = world.Nodes with
            {
                Keeper = Keeper,
                Log = world.Nodes.Log with
                {
                    Tuning = tuning with { SegmentBlocksMax = Math.Min(tuning.SegmentBlocksMax, SegmentBlocksMax) },
                },
            },
        };
    }

    // A copy pays only of what is kept for long.
    private static List<KeyValuePair<string, string?>> DrawCopies(SeededRandom random) =>
    [
        new("retention.ms", "-1"),
        new("remote.storage.enable", random.Chance(0.8) ? "true" : "false"),
        new("local.retention.ms", random.Pick("0", "0", "4000")),
    ];

    private static List<KeyValuePair<string, string?>> DrawRetention(SeededRandom random) =>
    [
        new("retention.ms", random.Pick("-1", "2000", "8000", "20000")),
        new("retention.bytes", random.Pick("-1", "3000", "12000")),
        new("segment.bytes", null),
    ];

    private static List<KeyValuePair<string, string?>> DrawCompaction(SeededRandom random) =>
    [
        new("min.cleanable.dirty.ratio", random.Pick("0", "0", "0.5")),
        new("delete.retention.ms", random.Pick("0", "2000", "86400000")),
        new("min.compaction.lag.ms", random.Pick("0", "0", "3000")),
        new("max.compaction.lag.ms", random.Pick("9223372036854775807", "6000")),
    ];
}
