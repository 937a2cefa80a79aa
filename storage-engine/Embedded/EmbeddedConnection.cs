using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>One connection to the database file with its prepared statements; used by one thread at a time.</summary>
internal sealed class EmbeddedConnection : IDisposable
{
    // Waiting for what never comes is a pause.
    private static readonly ManualResetEventSlim Never = new();

    private readonly SqliteConnection _connection;
    private readonly List<SqlStatement> _statements = [];
    private readonly SqlStatement _begin;
    private readonly SqlStatement _beginImmediate;
    private readonly SqlStatement _commit;
    private readonly SqlStatement _rollback;

    private EmbeddedConnection(SqliteConnection connection, sqlite3 handle)
    {
        _connection = connection;
        Handle = handle;
        _begin = Statement("BEGIN");
        _beginImmediate = Statement("BEGIN IMMEDIATE");
        _commit = Statement("COMMIT");
        _rollback = Statement("ROLLBACK");
        Segments = new SegmentRows(this);
        Blocks = new BlockRows(this);
        Parts = new PartRows(this);
        Rows = new TableRows(this);
    }

    /// <summary>The statements over segments.</summary>
    public SegmentRows Segments { get; }

    /// <summary>The statements over blocks.</summary>
    public BlockRows Blocks { get; }

    /// <summary>The statements over segments that are written as a whole.</summary>
    public PartRows Parts { get; }

    /// <summary>The statements over table rows.</summary>
    public TableRows Rows { get; }

    /// <summary>SQLite's own handle.</summary>
    public sqlite3 Handle { get; }

    /// <summary>Opens the file, creating an empty one when there is none.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static EmbeddedConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return new EmbeddedConnection(
                connection,
                connection.Handle ?? throw new InvalidOperationException("An open connection has a handle."));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A statement of this connection, which disposes it.</summary>
    public SqlStatement Statement(string sql)
    {
        var statement = new SqlStatement(Handle, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements that are needed once, separated by semicolons.</summary>
    public void ExecuteOnce(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Handle, sql), Handle);

    /// <summary>The integer that a statement needed once gives.</summary>
    public long QueryOnce(string sql)
    {
        using var statement = new SqlStatement(Handle, sql);
        using var cursor = statement.Open();
        return cursor.Step() ? cursor.Integer(0) : 0;
    }

    /// <summary>The text that a statement needed once gives.</summary>
    public string QueryTextOnce(string sql)
    {
        using var statement = new SqlStatement(Handle, sql);
        using var cursor = statement.Open();
        return cursor.Step() ? cursor.Text(0) : "";
    }

    /// <summary>Whether SQLite has fallen back to reading, because the file may not be written.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(Handle, "main") == 1;

    /// <summary>Starts a transaction that reads one snapshot.</summary>
    public void Begin() => _begin.Execute();

    /// <summary>Starts a transaction that writes: from here on no other connection does, in any process.</summary>
    /// <exception cref="SqliteException">BUSY: another one wrote all the time that this one waited.</exception>
    public void BeginImmediate() => WhenFree(_beginImmediate.TryExecute);

    /// <summary>Ends the transaction; what it wrote is durable afterwards.</summary>
    public void Commit() => _commit.Execute();

    /// <summary>Ends the transaction, if one is open, without effect.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            _rollback.Execute();
        }
    }

    /// <summary>
    /// Runs statements that are needed once, again and again while another connection holds the lock they need.
    /// </summary>
    public void ExecuteOnceWhenFree(string sql) => WhenFree(() => raw.sqlite3_exec(Handle, sql));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    // SQLite tells nobody when a lock becomes free, so a thread that may block has to wait a moment and try again.
    private void WhenFree(Func<int> tryOnce)
    {
        var code = tryOnce();
        for (var tries = 1; code == raw.SQLITE_BUSY && tries < EmbeddedLimits.BusyTriesMax; tries++)
        {
            Never.Wait(EmbeddedLimits.BusyPause);
            code = tryOnce();
        }

        SqliteException.ThrowExceptionForRC(code, Handle);
    }
}
