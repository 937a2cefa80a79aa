using System.Globalization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>The statements over table rows; each call runs inside a transaction of its connection.</summary>
/// <remarks>
/// Versions count the changes of the whole file, so no version ever comes back. Instants are UTC ticks of 100 ns and
/// never fall, also when the clock does or another process's clock is behind.
/// </remarks>
internal sealed class TableRows(EmbeddedConnection connection)
{
    private const string Columns = "row_key, version, written_at, value";

    private readonly SqlStatement _get = connection.Statement(
        $"SELECT {Columns} FROM table_row WHERE partition_key = ?1 AND row_key = ?2");

    private readonly SqlStatement _query = connection.Statement(
        $"SELECT {Columns} FROM table_row WHERE partition_key = ?1 AND row_key >= ?2 ORDER BY row_key LIMIT ?3");

    private readonly SqlStatement _queryTo = connection.Statement(
        $"""
         SELECT {Columns} FROM table_row
         WHERE partition_key = ?1 AND row_key >= ?2 AND row_key < ?4 ORDER BY row_key LIMIT ?3
         """);

    private readonly SqlStatement _find = connection.Statement(
        "SELECT id, version FROM table_row WHERE partition_key = ?1 AND row_key = ?2");

    private readonly SqlStatement _insert = connection.Statement(
        "INSERT INTO table_row (partition_key, row_key, version, written_at, value) VALUES (?1, ?2, ?3, ?4, ?5)");

    private readonly SqlStatement _replace = connection.Statement(
        "UPDATE table_row SET version = ?2, written_at = ?3, value = ?4 WHERE id = ?1");

    private readonly SqlStatement _check = connection.Statement(
        "UPDATE table_row SET version = ?2, written_at = ?3 WHERE id = ?1");

    private readonly SqlStatement _delete = connection.Statement("DELETE FROM table_row WHERE id = ?1");

    private readonly SqlStatement _lastChange = connection.Statement("SELECT version, written_at FROM last_change");

    private readonly SqlStatement _setLastChange = connection.Statement(
        "UPDATE last_change SET version = ?1, written_at = ?2");

    /// <summary>One row, or null.</summary>
    public TableRow? Get(string partition, string rowKey)
    {
        using var cursor = _get.Open();
        cursor.Bind(1, partition);
        cursor.Bind(2, rowKey);
        return cursor.Step() ? Current(cursor) : null;
    }

    /// <summary>
    /// One page of a range, in ordinal order: the file's order by UTF-8 bytes, as keys hold no surrogates.
    /// </summary>
    public TablePage Query(string partition, RowRange range, int rowsMax)
    {
        var rows = new List<TableRow>();
        using var cursor = (range.To is null ? _query : _queryTo).Open();
        cursor.Bind(1, partition);
        cursor.Bind(2, range.From);
        cursor.Bind(3, rowsMax + 1);
        if (range.To is not null)
        {
            cursor.Bind(4, range.To);
        }

        while (cursor.Step())
        {
            if (rows.Count == rowsMax)
            {
                return new TablePage(rows, More: true);
            }

            rows.Add(Current(cursor));
        }

        return new TablePage(rows, More: false);
    }

    /// <summary>Applies all changes, or none when a condition does not hold.</summary>
    public TableTransaction Execute(string partition, IReadOnlyList<RowChange> changes, DateTimeOffset now)
    {
        // The changes name different rows, so each condition can be judged against the rows as they were.
        var ids = new long[changes.Count];
        for (var i = 0; i < changes.Count; i++)
        {
            if (!Holds(partition, changes[i], out ids[i]))
            {
                return new TableTransaction.Conflict(i);
            }
        }

        var (version, writtenAt) = LastChange();
        writtenAt = Math.Max(writtenAt, now.UtcTicks);
        var versions = new RowVersion?[changes.Count];
        for (var i = 0; i < changes.Count; i++)
        {
            version++;
            Apply(partition, changes[i], ids[i], version, writtenAt);
            versions[i] = changes[i] is RowChange.Delete ? null : ToVersion(version);
        }

        SetLastChange(version, writtenAt);
        return new TableTransaction.Committed(versions);
    }

    private bool Holds(string partition, RowChange change, out long id)
    {
        using var cursor = _find.Open();
        cursor.Bind(1, partition);
        cursor.Bind(2, change.Key);
        var exists = cursor.Step();
        id = exists ? cursor.Integer(0) : 0;
        return change switch
        {
            RowChange.Insert => !exists,
            RowChange.Replace replace => exists && ToVersion(cursor.Integer(1)) == replace.Version,
            RowChange.Check check => exists && ToVersion(cursor.Integer(1)) == check.Version,
            RowChange.Delete delete => exists && ToVersion(cursor.Integer(1)) == delete.Version,
            _ => throw new ArgumentException($"{change} is no change that a table store knows.", nameof(change)),
        };
    }

    private void Apply(string partition, RowChange change, long id, long version, long writtenAt)
    {
        switch (change)
        {
            case RowChange.Insert insert:
                Insert(partition, insert, version, writtenAt);
                break;
            case RowChange.Replace replace:
                Update(_replace, id, version, writtenAt, replace);
                break;
            case RowChange.Check:
                Update(_check, id, version, writtenAt, replace: null);
                break;
            default:
                Delete(id);
                break;
        }
    }

    private void Insert(string partition, RowChange.Insert insert, long version, long writtenAt)
    {
        using var cursor = _insert.Open();
        cursor.Bind(1, partition);
        cursor.Bind(2, insert.Key);
        cursor.Bind(3, version);
        cursor.Bind(4, writtenAt);
        cursor.Bind(5, insert.Value.Span);
        cursor.Step();
    }

    private static void Update(
        SqlStatement statement, long id, long version, long writtenAt, RowChange.Replace? replace)
    {
        using var cursor = statement.Open();
        cursor.Bind(1, id);
        cursor.Bind(2, version);
        cursor.Bind(3, writtenAt);
        if (replace is not null)
        {
            cursor.Bind(4, replace.Value.Span);
        }

        cursor.Step();
    }

    private void Delete(long id)
    {
        using var cursor = _delete.Open();
        cursor.Bind(1, id);
        cursor.Step();
    }

    private (long Version, long WrittenAt) LastChange()
    {
        using var cursor = _lastChange.Open();
        return cursor.Step()
            ? (cursor.Integer(0), cursor.Integer(1))
            : throw new CorruptDataException("The row that counts versions is missing; expected one, found none.");
    }

    private void SetLastChange(long version, long writtenAt)
    {
        using var cursor = _setLastChange.Open();
        cursor.Bind(1, version);
        cursor.Bind(2, writtenAt);
        cursor.Step();
    }

    private static TableRow Current(SqlCursor cursor) => new(
        cursor.Text(0),
        cursor.Bytes(3).ToArray(),
        ToVersion(cursor.Integer(1)),
        new DateTimeOffset(cursor.Integer(2), TimeSpan.Zero));

    private static RowVersion ToVersion(long version) => new(version.ToString(CultureInfo.InvariantCulture));
}
