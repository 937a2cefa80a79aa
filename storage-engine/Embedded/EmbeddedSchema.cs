using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>The tables of the database file, and the check that a file is one of ours.</summary>
/// <remarks>
/// Blocks have row ids in the order of their commit, so that blocks of many segments that commit together share pages;
/// the index gives each segment its order. A segment without a name is deleted, and its blocks wait to be freed. Its
/// state is a <see cref="SegmentState"/>; the table of parts says where the blocks of a whole segment begin.
/// </remarks>
internal static class EmbeddedSchema
{
    /// <summary>"SLEV" in ASCII: tells our files from other SQLite files.</summary>
    private const long ApplicationId = 0x534C4556;

    /// <summary>
    /// Raised when the tables change. A file with a lower number is brought here, one with a higher number refused.
    /// </summary>
    private const long Version = 2;

    /// <summary>The version of a file without tables.</summary>
    private const long Empty = 0;

    private const string FromVersion1 =
        """
        ALTER TABLE segment ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE part (
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            block INTEGER NOT NULL,
            PRIMARY KEY (segment, position)) WITHOUT ROWID;
        """;

    private const string Tables =
        """
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY,
            name TEXT UNIQUE,
            state INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE block (
            id INTEGER PRIMARY KEY,
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            number INTEGER NOT NULL,
            bytes BLOB NOT NULL);
        CREATE UNIQUE INDEX block_by_position ON block (segment, position);
        CREATE TABLE part (
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            block INTEGER NOT NULL,
            PRIMARY KEY (segment, position)) WITHOUT ROWID;
        CREATE TABLE table_row (
            id INTEGER PRIMARY KEY,
            partition_key TEXT NOT NULL,
            row_key TEXT NOT NULL,
            version INTEGER NOT NULL,
            written_at INTEGER NOT NULL,
            value BLOB NOT NULL);
        CREATE UNIQUE INDEX table_row_by_key ON table_row (partition_key, row_key);
        CREATE TABLE last_change (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL,
            written_at INTEGER NOT NULL);
        INSERT INTO last_change VALUES (1, 0, 0);
        """;

    /// <summary>Makes the writing connection ready: durable at commit, and the tables exist.</summary>
    /// <exception cref="CorruptDataException">
    /// The file belongs to another program or a later version of this one.
    /// </exception>
    /// <exception cref="StorageUnavailableException">
    /// The file cannot be written, or its place does not allow a write-ahead log.
    /// </exception>
    public static void PrepareWriter(EmbeddedConnection connection, string path)
    {
        // A transaction that wants to write begins without an error all the same; only its first write would fail.
        if (connection.IsReadOnly)
        {
            throw new StorageUnavailableException(
                $"The data folder's file '{path}' is not writable by this user.");
        }

        // Until the file is in WAL mode another process that opens it may hold a lock that readers need.
        connection.ExecuteOnce($"PRAGMA busy_timeout = {EmbeddedLimits.ReaderBusyMilliseconds}");
        // One look, not three with another process's creation between them.
        connection.ExecuteOnce("BEGIN");
        FindVersion(connection, path);
        connection.ExecuteOnce("COMMIT");
        connection.ExecuteOnceWhenFree(
            $"""
             PRAGMA busy_timeout = 0;
             PRAGMA page_size = {EmbeddedLimits.PageBytes};
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = {EmbeddedLimits.CheckpointPages};
             PRAGMA journal_size_limit = {EmbeddedLimits.JournalBytesKept};
             PRAGMA cache_size = -{EmbeddedLimits.WriterCacheKibibytes};
             """);
        RequireWriteAheadLog(connection, path);
        connection.BeginImmediate();

        // Another process may have created or changed the tables since the file was looked at.
        var version = FindVersion(connection, path);
        if (version < Version)
        {
            connection.ExecuteOnce(version == Empty ? Tables : FromVersion1);
            connection.ExecuteOnce($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
        }

        connection.Commit();
    }

    /// <summary>Makes a reading connection ready.</summary>
    public static void PrepareReader(EmbeddedConnection connection) => connection.ExecuteOnce(
        $"""
         PRAGMA busy_timeout = {EmbeddedLimits.ReaderBusyMilliseconds};
         PRAGMA query_only = ON;
         PRAGMA cache_size = -{EmbeddedLimits.ReaderCacheKibibytes};
         """);

    // SQLite reports no error where the mode cannot be had, for example on a network share without shared memory. It
    // goes on with a journal whose commits are not what is promised here: readers would hold up the writer.
    private static void RequireWriteAheadLog(EmbeddedConnection connection, string path)
    {
        var mode = connection.QueryTextOnce("PRAGMA journal_mode");
        if (mode != "wal")
        {
            throw new StorageUnavailableException(
                $"'{path}' cannot have a write-ahead log (its journal mode stays '{mode}');"
                + " put the data folder on a local disk.");
        }
    }

    // The version of a file that is ours or that nobody has used yet.
    private static long FindVersion(EmbeddedConnection connection, string path)
    {
        var application = connection.QueryOnce("PRAGMA application_id");
        var version = connection.QueryOnce("PRAGMA user_version");
        if (application == ApplicationId)
        {
            return version is > Empty and <= Version
                ? version
                : throw new CorruptDataException(
                    $"'{path}' has schema version {version}; this program knows versions 1 to {Version}.");
        }

        return application == 0 && version == Empty && connection.QueryOnce("SELECT count(*) FROM sqlite_schema") == 0
            ? Empty
            : throw new CorruptDataException(
                $"'{path}' is a SQLite file of another program: application id {application}, expected {ApplicationId}.");
    }
}
