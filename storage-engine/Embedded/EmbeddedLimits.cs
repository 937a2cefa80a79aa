using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>What bounds the embedded store, and the numbers it is tuned with.</summary>
internal static class EmbeddedLimits
{
    /// <summary>
    /// Bytes of a database page. Durable appends of 1 MiB reached 164 MiB/s with 8 KiB, 123 with 4 KiB, 154 with 16 KiB
    /// and 146 with 32 KiB (best of three short runs each, on a busy machine with two cores); those of 1 KiB are bound
    /// by the flush whatever the page, but a larger one writes more for them.
    /// </summary>
    public const int PageBytes = 8 * 1024;

    /// <summary>
    /// Pages in the write-ahead log (4 MiB) after which a commit copies them into the database file. With 16 MiB the
    /// same runs reached 201 MiB/s, but the slowest append took 48 ms instead of 21; a log that is read while it is
    /// written gains more from the shorter pause.
    /// </summary>
    public const int CheckpointPages = 4 * 1024 * 1024 / PageBytes;

    /// <summary>Bytes that the write-ahead log keeps on disk after a large transaction had blown it up.</summary>
    public const int JournalBytesKept = 64 * 1024 * 1024;

    /// <summary>
    /// KiB of page cache of the writing connection: one batch of the largest size, so that none spills.
    /// </summary>
    public const int WriterCacheKibibytes = 2 * BatchBytesMax / 1024;

    /// <summary>KiB of page cache of each reading connection: inner pages and tails; blocks bypass the cache.</summary>
    public const int ReaderCacheKibibytes = 4 * 1024;

    /// <summary>
    /// Threads and connections that read. A read is short; more would only take turns on a small machine.
    /// </summary>
    public const int Readers = 2;

    /// <summary>Writes that may wait for the writer; each is one caller that waits. One more is refused.</summary>
    public const int WritesQueuedMax = 4_096;

    /// <summary>
    /// Payload bytes of the writes that may wait: 64 of the largest blocks. The queue holds no copies, so this bounds
    /// how long a write may wait (a few seconds of a slow disk), not the memory of this store.
    /// </summary>
    public const long WriteBytesQueuedMax = 64L * SegmentLimits.BlockBytesMax;

    /// <summary>Reads that may wait for a reader; one more is refused.</summary>
    public const int ReadsQueuedMax = 4_096;

    /// <summary>Writes that one transaction commits together.</summary>
    public const int BatchWritesMax = 512;

    /// <summary>
    /// Payload bytes after which a batch takes no further write: what a disk flushes in well under a second.
    /// </summary>
    public const int BatchBytesMax = 8 * 1024 * 1024;

    /// <summary>
    /// Payload bytes up to which a block is handed to SQLite in one piece, copied together if it must be.
    /// </summary>
    public const int BlockCopiedBytesMax = 64 * 1024;

    /// <summary>
    /// Payload bytes after which one step of freeing a deleted segment ends, so that writes come between.
    /// </summary>
    public const int ReclaimBytesMax = 8 * 1024 * 1024;

    /// <summary>Names that one page of a listing reads.</summary>
    public const int ListPageNames = 1_000;

    /// <summary>
    /// Between two tries for the write lock that another process holds. Constant on purpose: SQLite's own growing
    /// pauses (to 100 ms) starve a process beside one that commits without a break.
    /// </summary>
    public static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Tries for the write lock before the writes are refused: about four seconds, so that a stop takes no longer.
    /// </summary>
    public const int BusyTriesMax = 4_000;

    /// <summary>
    /// Milliseconds that a reader waits for a lock; readers only ever wait while another process recovers the log.
    /// </summary>
    public const int ReaderBusyMilliseconds = 5_000;

    /// <summary>What a refused caller is told to wait: a few commits.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);
}
