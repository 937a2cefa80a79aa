using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>A statement of one connection, prepared at its first run and kept until the connection closes.</summary>
/// <remarks>
/// Below <see cref="SqliteCommand"/> on purpose: that one sleeps 150 ms whenever the file is busy, boxes each parameter
/// and copies each blob through an array.
/// </remarks>
internal sealed class SqlStatement(sqlite3 connection, string sql) : IDisposable
{
    private sqlite3_stmt? _prepared;

    /// <summary>Starts a run; runs of one statement never overlap.</summary>
    public SqlCursor Open() => new(connection, _prepared ??= Prepare());

    /// <summary>Runs a statement that has no parameters and gives no rows.</summary>
    public void Execute()
    {
        using var cursor = Open();
        cursor.Step();
    }

    /// <summary>
    /// Runs a statement that has no parameters and gives no rows; gives SQLite's result code, OK for success.
    /// </summary>
    public int TryExecute()
    {
        var prepared = _prepared ??= Prepare();
        var code = raw.sqlite3_step(prepared);
        _ = raw.sqlite3_reset(prepared);
        return code == raw.SQLITE_DONE ? raw.SQLITE_OK : code;
    }

    /// <inheritdoc/>
    public void Dispose() => _prepared?.Dispose();

    private sqlite3_stmt Prepare()
    {
        const uint KeptForLong = 1; // SQLITE_PREPARE_PERSISTENT
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(connection, sql, KeptForLong, out var prepared), connection);
        return prepared;
    }
}
