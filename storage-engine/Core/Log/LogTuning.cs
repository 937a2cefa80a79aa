using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// The numbers of the log's protocol, each with its reason. No operator tunes them; a simulation does, to reach the
/// rare paths (a roll, a checkpoint, a full cache, a read in pieces) with a handful of records. Any values in their
/// bounds are correct, and nodes with different ones can share a log, unless <see cref="Producers"/> differs.
/// </summary>
internal sealed record LogTuning
{
    /// <summary>What production runs with.</summary>
    public static LogTuning Default { get; } = new();

    /// <summary>
    /// A segment is sealed at this many blocks: the service's limit less a reserve for guests who did not see the roll.
    /// At least 1.
    /// </summary>
    public int SegmentBlocksMax { get; init; } = SegmentLimits.BlocksMax - 5_000;

    /// <summary>
    /// A checkpoint comes after this many bytes, so that opening a log reads about 8 MiB at most. At least 1.
    /// </summary>
    public long CheckpointBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// A checkpoint comes after this many blocks, so that a log of tiny blocks opens with one read, too. At least 1.
    /// </summary>
    public int CheckpointBlocks { get; init; } = 1_000;

    /// <summary>
    /// How often a batch is built into another block because the position was taken, before its request is refused. At
    /// least 2, since a roll takes one. Of 32 nodes that write one log every 250 ms each loses three positions of four;
    /// so many in a row once in a hundred million blocks.
    /// </summary>
    public int AppendAttemptsMax { get; init; } = 64;

    /// <summary>
    /// How long the outcome of an append is looked for before the producer is told that it is unknown.
    /// </summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first delay between two tries; doubles up to <see cref="RetryDelayMax"/>, with jitter.</summary>
    public TimeSpan RetryDelayMin { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// The longest delay between two tries: when storage is back after an outage of any length, the next try comes well
    /// within a second, and until then a log costs it five refusals a second at most.
    /// </summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// The bound of the random wait of a writer that has lost a position to another: about one append, so that those who
    /// lost together part. Doubles up to <see cref="ContentionDelayMax"/>.
    /// </summary>
    public TimeSpan ContentionDelayMin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The largest such bound: a writer that waits longer comes back with a tail that others have moved again, and who
    /// has lost often would wait longest.
    /// </summary>
    public TimeSpan ContentionDelayMax { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The shortest pause between two looks at the tail while records keep coming.</summary>
    public TimeSpan TailIntervalMin { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause between two looks at the tail while someone waits and nothing comes.</summary>
    public TimeSpan TailIntervalMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The size of a first read: one batch of Kafka's default <c>max.message.bytes</c> with its block around it.
    /// Readers that go on get twice as much each time, up to 2 MiB and the log's part of the cache. At least
    /// a block's header.
    /// </summary>
    public int ReadBytes { get; init; } = (1024 + 64) * 1024;

    /// <summary>
    /// How long a node believes what it has in memory of the sealed segments of a compacted topic: so long may it show
    /// records that another node has compacted away. More than 0.
    /// </summary>
    public TimeSpan CompactedAgeMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The size of a look at the tail: most looks find nothing or one small block. At least a block's header.
    /// </summary>
    public int TailReadBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// The size of the read that opens a log: the distance of two checkpoints, since the head row may still name the
    /// one before the last, so that a take-over reads once. At least a block's header.
    /// </summary>
    public int OpeningReadBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The most bytes of such reads at the same time on a node; whoever comes then opens its log in small reads. At
    /// least 1.
    /// </summary>
    public long OpeningReadBytesTotalMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// The most bytes of reads at the same time on a node that fetches wait for; whoever comes then reads as much as a
    /// look at the tail does, or a block that is larger. At least 1.
    /// </summary>
    public long LoadingBytesTotalMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// The most sealed segments whose rows may be missing; no further segment is sealed before they are written. At
    /// least 1.
    /// </summary>
    public int UnregisteredMax { get; init; } = 16;

    /// <summary>The most rows of sealed segments that a log keeps in memory: 64 of some 25 KiB. At least 1.</summary>
    public int RowsCachedMax { get; init; } = 64;

    /// <summary>
    /// How long a segment stays at least where its topic does not want it, and after which a node asks again whether there
    /// is room where it should be: nodes that do not agree on the place (their defaults differ during an upgrade) move a
    /// log once in this time, and not with each append.
    /// </summary>
    public TimeSpan MoveIntervalMin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What logs remember of producers and requests; the same on all nodes that share a log.</summary>
    public ProducerLimits Producers { get; init; } = ProducerLimits.Default;

    /// <summary>Whether every number is within its bounds.</summary>
    public void Check()
    {
        Invariant.Holds(SegmentBlocksMax is >= 1 and < SegmentLimits.BlocksMax);
        Invariant.Holds(CheckpointBytes >= 1 && CheckpointBlocks >= 1);
        Invariant.Holds(AppendAttemptsMax >= 2);
        Invariant.Holds(TimeSpan.Zero < RetryDelayMin && RetryDelayMin <= RetryDelayMax);
        Invariant.Holds(TimeSpan.Zero < ContentionDelayMin && ContentionDelayMin <= ContentionDelayMax);
        Invariant.Holds(TimeSpan.Zero < TailIntervalMin && TailIntervalMin <= TailIntervalMax);
        Invariant.Holds(CompactedAgeMax > TimeSpan.Zero);
        Invariant.Holds(ReadBytes is >= BlockFormat.HeaderBytes and <= SegmentLimits.BlockBytesMax);
        Invariant.Holds(TailReadBytes is >= BlockFormat.HeaderBytes and <= SegmentLimits.BlockBytesMax);
        Invariant.Holds(OpeningReadBytes >= BlockFormat.HeaderBytes && OpeningReadBytesTotalMax >= 1);
        Invariant.Holds(LoadingBytesTotalMax >= 1);
        Invariant.Holds(UnregisteredMax >= 1 && RowsCachedMax >= 1 && MoveIntervalMin >= TimeSpan.Zero);
        Invariant.Holds(Producers.BatchesMax is >= 1 and <= AppendHistoryFormat.BatchesMax);
        Invariant.Holds(Producers.ProducersMax is >= 1 and <= AppendHistoryFormat.ProducersMax);
        Invariant.Holds(Producers.RequestRunsMax is >= 1 and <= AppendHistoryFormat.RequestRunsMax);
        Invariant.Holds(Producers.ExpirationMs >= Producers.IdleMsMin && Producers.IdleMsMin >= 1);
    }
}
