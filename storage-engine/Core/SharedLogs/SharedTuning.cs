using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>The numbers of shared logs, which are no operator's; every one has a reason in ARCHITECTURE.md.</summary>
internal sealed record SharedTuning
{
    /// <summary>A carrier is sealed when it has this many bytes: what a node reads at most to open the log.</summary>
    public long CarrierBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>A carrier is sealed when it has this many blocks.</summary>
    public int CarrierBlocks { get; init; } = 10_000;

    /// <summary>The most segments that one shared log carries at a time: each seal lists them.</summary>
    public int SegmentsMax { get; init; } = 4_096;

    /// <summary>The most bytes that wait for one shared log's next blocks.</summary>
    public long PendingBytesMax { get; init; } = 32L * 1024 * 1024;

    /// <summary>The most bytes of a piece that goes into one block; a larger one takes two.</summary>
    public int PieceBytesMax { get; init; } = CarrierFormat.PieceBytesMax;

    /// <summary>How much of a tail is read at once; doubled as often as it was not enough.</summary>
    public int TailReadBytes { get; init; } = 256 * 1024;

    /// <summary>The most bytes read from a carrier at once for one segment.</summary>
    public int ReadBytesMax { get; init; } = SegmentLimits.BlockBytesMax;

    /// <summary>How many rows of carriers a node remembers for one shared log, and for how many their
    /// indexes.</summary>
    public int RowsCachedMax { get; init; } = 64;

    /// <summary>The most bytes of these rows and indexes in memory, of all shared logs of a node: one of a carrier of
    /// small pieces takes up to 2 MiB.</summary>
    public long CarriersCachedBytesMax { get; init; } = 32L * 1024 * 1024;

    /// <summary>How many rows may be missing before they must be written.</summary>
    public int UnregisteredMax { get; init; } = 16;

    /// <summary>How often a block is built anew because other nodes were first.</summary>
    public int AttemptsMax { get; init; } = 32;

    /// <summary>How long a node tries to find out what became of a block. Not for long: the log that asked tries again, and
    /// what waits behind it is to be told as soon as storage is away.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The shortest pause between two tries.</summary>
    public TimeSpan RetryDelayMin { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Checks what must hold of the numbers.</summary>
    public void Check()
    {
        Invariant.Holds(CarrierBytes >= 1 && CarrierBlocks is >= 1 and < SegmentLimits.BlocksMax - 1);
        Invariant.Holds(SegmentsMax is >= 1 and <= CarrierFormat.SegmentsMax);
        Invariant.Holds(PieceBytesMax is >= 1 and <= CarrierFormat.PieceBytesMax);
        Invariant.Holds(TailReadBytes >= CarrierFormat.HeaderBytes && ReadBytesMax >= 1);
        Invariant.Holds(RowsCachedMax >= 1 && CarriersCachedBytesMax >= 0 && UnregisteredMax >= 1 && AttemptsMax >= 2);
        Invariant.Holds(TimeSpan.Zero < RetryDelayMin && RetryDelayMin <= RetryDelayMax);
    }
}
