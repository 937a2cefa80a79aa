using System.Buffers;
using Serverless.StorageEngine.Storage;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// The statements over segments by name; each call runs inside a transaction of its connection.
/// </summary>
internal sealed class SegmentRows(EmbeddedConnection connection)
{
    private readonly SqlStatement _find = connection.Statement("SELECT id, state FROM segment WHERE name = ?1");

    private readonly SqlStatement _add = connection.Statement("INSERT INTO segment (name, state) VALUES (?1, ?2)");

    private readonly SqlStatement _change = connection.Statement("UPDATE segment SET state = ?2 WHERE id = ?1");

    private readonly SqlStatement _names = connection.Statement(
        "SELECT name FROM segment WHERE name >= ?1 AND state <> ?3 ORDER BY name LIMIT ?2");

    private readonly SqlStatement _delete = connection.Statement("UPDATE segment SET name = NULL WHERE name = ?1");

    private readonly SqlStatement _deleted = connection.Statement("SELECT id FROM segment WHERE name IS NULL LIMIT 1");

    private readonly SqlStatement _forget = connection.Statement("DELETE FROM segment WHERE id = ?1");

    /// <summary>The segment of this name, whether it exists for others or is only staged; null when there is
    /// none.</summary>
    public SegmentEntry? Find(string name)
    {
        using var cursor = _find.Open();
        cursor.Bind(1, name);
        return cursor.Step() ? new SegmentEntry(cursor.Integer(0), (SegmentState)cursor.Integer(1)) : null;
    }

    /// <summary>Adds a segment without blocks; there must be none of this name.</summary>
    public long Add(string name, SegmentState state)
    {
        using var cursor = _add.Open();
        cursor.Bind(1, name);
        cursor.Bind(2, (long)state);
        cursor.Step();
        return raw.sqlite3_last_insert_rowid(connection.Handle);
    }

    /// <summary>Changes how a segment is seen.</summary>
    public void Change(long segment, SegmentState state)
    {
        using var cursor = _change.Open();
        cursor.Bind(1, segment);
        cursor.Bind(2, (long)state);
        cursor.Step();
    }

    /// <summary>Adds an empty segment; false when there is one of this name.</summary>
    public bool Create(string name)
    {
        var found = Find(name);
        if (found is { Exists: true })
        {
            return false;
        }

        if (found is not null)
        {
            // The caller breaks the contract; who staged the parts will find that the segment exists.
            Delete(name);
        }

        Add(name, SegmentState.Appended);
        return true;
    }

    /// <summary>
    /// Adds a block at the end if the end is at <paramref name="position"/> and the segment has room.
    /// </summary>
    public SegmentAppend Append(string name, long position, ReadOnlySequence<byte> block, int blocksMax)
    {
        if (Find(name) is not { Exists: true } segment)
        {
            return SegmentAppend.Gone;
        }

        if (segment.State == SegmentState.Whole)
        {
            return SegmentAppend.Full;
        }

        // The service looks at the block count before it looks at the position.
        var (length, blocks) = connection.Blocks.Measure(segment.Id);
        if (blocks >= blocksMax)
        {
            return SegmentAppend.Full;
        }

        if (length != position)
        {
            return SegmentAppend.PositionTaken;
        }

        connection.Blocks.Insert(segment.Id, position, blocks, block);
        return SegmentAppend.Appended;
    }

    /// <summary>
    /// Fills <paramref name="destination"/> from <paramref name="position"/> on, as far as there are blocks.
    /// </summary>
    public SegmentRead Read(string name, long position, Span<byte> destination)
    {
        if (Find(name) is not { Exists: true } segment)
        {
            return SegmentRead.Gone;
        }

        var range = segment.State == SegmentState.Whole ? connection.Parts.Range : connection.Blocks.Range;
        return new SegmentRead(
            Exists: true, connection.Blocks.Read(range, segment.Id, position, destination));
    }

    /// <summary>The length in bytes, or null when there is no such segment.</summary>
    public long? Length(string name) => Find(name) switch
    {
        { State: SegmentState.Appended } appended => connection.Blocks.Measure(appended.Id).Length,
        { State: SegmentState.Whole } whole => connection.Parts.Length(whole.Id),
        _ => null,
    };

    /// <summary>
    /// The names from <paramref name="from"/> on that start with <paramref name="prefix"/>, one page of them.
    /// </summary>
    public List<SegmentName> List(string prefix, string from)
    {
        var names = new List<SegmentName>();
        using var cursor = _names.Open();
        cursor.Bind(1, from);
        cursor.Bind(2, EmbeddedLimits.ListPageNames);
        cursor.Bind(3, (long)SegmentState.Staged);
        while (cursor.Step())
        {
            var name = cursor.Text(0);
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
            {
                break;
            }

            names.Add(new SegmentName(name));
        }

        return names;
    }

    /// <summary>
    /// Takes the name from a segment, staged or not: it is gone at once, its blocks are freed by
    /// <see cref="Reclaim"/>.
    /// </summary>
    public void Delete(string name)
    {
        using var cursor = _delete.Open();
        cursor.Bind(1, name);
        cursor.Step();
    }

    /// <summary>
    /// Frees some blocks of a deleted segment, and the segment after its last one; false when there is none left.
    /// </summary>
    public bool Reclaim()
    {
        if (FirstDeleted() is not { } segment)
        {
            return false;
        }

        if (connection.Blocks.DeleteSome(segment))
        {
            connection.Parts.Forget(segment);
            using var cursor = _forget.Open();
            cursor.Bind(1, segment);
            cursor.Step();
        }

        return true;
    }

    private long? FirstDeleted()
    {
        using var cursor = _deleted.Open();
        return cursor.Step() ? cursor.Integer(0) : null;
    }
}
