using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The numbers of the log's protocol that no operator tunes, each with its reason.</summary>
internal static class LogLimits
{
    /// <summary>A segment is sealed at this many blocks: the service's limit less a reserve for guests who did not
    /// see the roll.</summary>
    public const int SegmentBlocksMax = SegmentLimits.BlocksMax - 5_000;

    /// <summary>A checkpoint comes after this many bytes, so that opening a log reads about 8 MiB at most.</summary>
    public const long CheckpointBytes = 8 * 1024 * 1024;

    /// <summary>A checkpoint comes after this many blocks, so that a log of tiny blocks opens with one read,
    /// too.</summary>
    public const int CheckpointBlocks = 1_000;

    /// <summary>How often a batch is built into another block because the position was taken, before its request is
    /// refused.</summary>
    public const int AppendAttemptsMax = 32;

    /// <summary>How long the outcome of an append is looked for before the producer is told that it is
    /// unknown.</summary>
    public static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The first delay between two tries; doubles up to <see cref="RetryDelayMax"/>, with jitter.</summary>
    public static readonly TimeSpan RetryDelayMin = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest delay between two tries.</summary>
    public static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(1);

    /// <summary>The shortest pause between two looks at the tail while records keep coming.</summary>
    public static readonly TimeSpan TailIntervalMin = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause between two looks at the tail while someone waits and nothing comes.</summary>
    public static readonly TimeSpan TailIntervalMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The size of a first read: one batch of Kafka's default <c>max.message.bytes</c> with its block around it.
    /// Readers that go on get twice as much each time, up to the largest block.
    /// </summary>
    public const int ReadBytes = (1024 + 64) * 1024;

    /// <summary>The size of a look at the tail: most looks find nothing or one small block.</summary>
    public const int TailReadBytes = 64 * 1024;
}
