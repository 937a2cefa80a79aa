using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// One run of a prepared statement: bind, step, read columns. Disposing it makes the statement ready for the next run.
/// </summary>
internal readonly ref struct SqlCursor
{
    // The longest key, every character of it three bytes long.
    private const int TextCharactersOnStack = 512;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    internal SqlCursor(sqlite3 connection, sqlite3_stmt statement)
    {
        _connection = connection;
        _statement = statement;
    }

    /// <summary>Sets parameter <paramref name="index"/>, counted from 1.</summary>
    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    /// <summary>Sets parameter <paramref name="index"/>, counted from 1.</summary>
    public void Bind(int index, string value)
    {
        if (value.Length is 0 or > TextCharactersOnStack)
        {
            Check(raw.sqlite3_bind_text(_statement, index, value));
            return;
        }

        Span<byte> utf8 = stackalloc byte[TextCharactersOnStack * 3];
        Check(raw.sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
    }

    /// <summary>
    /// Sets parameter <paramref name="index"/>, counted from 1, to a copy of <paramref name="value"/>.
    /// </summary>
    public void Bind(int index, ReadOnlySpan<byte> value)
    {
        // SQLite takes an empty span, which has no address, for NULL.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, index, 0)
            : raw.sqlite3_bind_blob(_statement, index, value));
    }

    /// <summary>
    /// Sets parameter <paramref name="index"/>, counted from 1, to zeros that are written over afterwards.
    /// </summary>
    public void BindZeros(int index, int length) => Check(raw.sqlite3_bind_zeroblob(_statement, index, length));

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(code, _connection);
        }

        return false;
    }

    /// <summary>A column of the current row, counted from 0.</summary>
    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A column of the current row, counted from 0.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>A column of the current row, counted from 0; SQLite's memory, valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>
    /// Ends the run. The reset repeats the result code of the last step, which has been judged already.
    /// </summary>
    public void Dispose()
    {
        _ = raw.sqlite3_reset(_statement);
        _ = raw.sqlite3_clear_bindings(_statement);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _connection);
}
