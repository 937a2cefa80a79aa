using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Nodes;

/// <summary>The settings that all nodes of one seed run with; drawn so that rare paths come with few records.</summary>
/// <param name="Log">The logs'.</param>
/// <param name="Groups">The consumer groups'.</param>
/// <param name="Topics">The catalog's.</param>
public sealed record NodeKnobs(EventLogSettings Log, GroupSettings Groups, TopicCatalogSettings Topics)
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>The keepers'.</summary>
    public KeeperSettings Keeper { get; init; } = new();

    /// <summary>Draws a seed's settings: each is either as in production or small.</summary>
    public static NodeKnobs Draw(SeededRandom random) => new(
        new EventLogSettings
        {
            PendingBytesMax = random.Pick(32 * Mebibyte, 32 * Mebibyte, 4_096),
            PendingBytesTotalMax = random.Pick(256 * Mebibyte, 256 * Mebibyte, 16_384),
            CacheBytesMax = random.Pick(128 * Mebibyte, 32_768, 4_096),
            LeaseDuration = random.Pick(TimeSpan.FromSeconds(15), random.Milliseconds(2_000, 8_000)),
            OpenLogsMax = random.Pick(10_000, 10_000, 2),
            Tuning = DrawTuning(random),
            Shared = DrawShared(random.Fork("shared")),
            SharedRecentBytesMax = random.Fork("recent").Pick(32L * Mebibyte, 2_000, 0),
        },
        new GroupSettings
        {
            InstanceTimeout = random.Pick(TimeSpan.FromMinutes(5), random.Milliseconds(5_000, 30_000)),
            RecheckInterval = random.Pick(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
            WholeMembersMax = random.Fork("whole").Pick(GroupSettings.WholeMembersMaxDefault, 1),
        },
        new TopicCatalogSettings { TopicsCachedMax = random.Pick(10_000, 1) });

    // What a producer is stuck behind must expire within a run, so that goes with every other small number.
    private static ProducerLimits DrawProducers(SeededRandom random) => random.Chance(0.7)
        ? ProducerLimits.Default
        : new ProducerLimits
        {
            BatchesMax = random.Pick(5, 1, 2),
            ProducersMax = random.Pick(1_000, 3, 2),
            RequestRunsMax = random.Pick(4_096, 5, 2),
            ExpirationMs = 20_000,
            IdleMsMin = 2_000,
        };

    // Small pieces, so that many take two blocks; small carriers, so that they are sealed soon.
    private static SharedTuning DrawShared(SeededRandom random) => new()
    {
        CarrierBytes = random.Pick(16 * Mebibyte, 4_000, 20_000),
        CarrierBlocks = random.Pick(10_000, 10_000, 10, 30),
        SegmentsMax = random.Pick(4_096, 4_096, 4_096, 3),
        PieceBytesMax = random.Pick(CarrierFormat.PieceBytesMax, CarrierFormat.PieceBytesMax, 600),
        TailReadBytes = random.Pick(256 * 1024, 1_024, CarrierFormat.HeaderBytes),
        ReadBytesMax = random.Pick(4 * Mebibyte, 4_096),
        RowsCachedMax = random.Pick(64, 16),
        CarriersCachedBytesMax = random.Fork("carriers").Pick(32L * Mebibyte, 32L * Mebibyte, 20_000),
        UnregisteredMax = random.Pick(16, 1),
        ResolveTimeout = random.Pick(
            TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200)),
    };

    private static LogTuning DrawTuning(SeededRandom random) => LogTuning.Default with
    {
        SegmentBlocksMax = random.Pick(45_000, 3, 7, 20, 60),
        CheckpointBlocks = random.Pick(1_000, 2, 5, 25),
        ReadBytes = random.Pick((1024 + 64) * 1024, BlockFormat.HeaderBytes, 4_096),
        TailReadBytes = random.Pick(64 * 1024, 16 * 1024, BlockFormat.HeaderBytes, 1_024),
        LoadingBytesTotalMax = random.Fork("loading").Pick(64 * 1024 * 1024, 1, 4_096),
        OpeningReadBytes = random.Fork("opening").Pick(16 * 1024 * 1024, BlockFormat.HeaderBytes, 1_024),
        UnregisteredMax = random.Pick(16, 1),
        RowsCachedMax = random.Pick(64, 1),
        MoveIntervalMin = random.Fork("moves").Pick(
            TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(2), TimeSpan.Zero),

        // Shorter than clients wait, so that they get to hear of unknown outcomes.
        ResolveTimeout = random.Fork("resolve").Pick(
            TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200)),
        Producers = DrawProducers(random.Fork("producers")),
    };
}
