using System.Buffers;
using Serverless.StorageEngine.Storage;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// The statements over segments and their blocks; each call runs inside a transaction of its connection.
/// </summary>
internal sealed class SegmentRows(EmbeddedConnection connection)
{
    private readonly SqlStatement _find = connection.Statement("SELECT id FROM segment WHERE name = ?1");

    private readonly SqlStatement _create = connection.Statement("INSERT INTO segment (name) VALUES (?1)");

    private readonly SqlStatement _last = connection.Statement(
        "SELECT position, number, length(bytes) FROM block WHERE segment = ?1 ORDER BY position DESC LIMIT 1");

    private readonly SqlStatement _append = connection.Statement(
        "INSERT INTO block (segment, position, number, bytes) VALUES (?1, ?2, ?3, ?4)");

    private readonly SqlStatement _range = connection.Statement(
        """
        SELECT id, position FROM block
        WHERE segment = ?1 AND position < ?3
          AND position >= (SELECT max(position) FROM block WHERE segment = ?1 AND position <= ?2)
        ORDER BY position
        """);

    private readonly SqlStatement _names = connection.Statement(
        "SELECT name FROM segment WHERE name >= ?1 ORDER BY name LIMIT ?2");

    private readonly SqlStatement _delete = connection.Statement("UPDATE segment SET name = NULL WHERE name = ?1");

    private readonly SqlStatement _deleted = connection.Statement("SELECT id FROM segment WHERE name IS NULL LIMIT 1");

    private readonly SqlStatement _blocks = connection.Statement(
        "SELECT id, length(bytes) FROM block WHERE segment = ?1 ORDER BY position");

    private readonly SqlStatement _deleteBlock = connection.Statement("DELETE FROM block WHERE id = ?1");

    private readonly SqlStatement _forget = connection.Statement("DELETE FROM segment WHERE id = ?1");

    /// <summary>Adds an empty segment; false when there is one of this name.</summary>
    public bool Create(string name)
    {
        if (Find(name) is not null)
        {
            return false;
        }

        Run(_create, name);
        return true;
    }

    /// <summary>
    /// Adds a block at the end if the end is at <paramref name="position"/> and the segment has room.
    /// </summary>
    public SegmentAppend Append(string name, long position, ReadOnlySequence<byte> block, int blocksMax)
    {
        if (Find(name) is not { } segment)
        {
            return SegmentAppend.Gone;
        }

        // The service looks at the block count before it looks at the position.
        var (length, blocks) = Measure(segment);
        if (blocks >= blocksMax)
        {
            return SegmentAppend.Full;
        }

        if (length != position)
        {
            return SegmentAppend.PositionTaken;
        }

        Insert(segment, position, blocks, block);
        return SegmentAppend.Appended;
    }

    /// <summary>
    /// Fills <paramref name="destination"/> from <paramref name="position"/> on, as far as there are blocks.
    /// </summary>
    public SegmentRead Read(string name, long position, Span<byte> destination)
    {
        if (Find(name) is not { } segment)
        {
            return SegmentRead.Gone;
        }

        using var cursor = _range.Open();
        cursor.Bind(1, segment);
        cursor.Bind(2, position);
        cursor.Bind(3, position > long.MaxValue - destination.Length ? long.MaxValue : position + destination.Length);
        using var blob = new BlobReader(connection.Handle);
        var count = 0;
        while (count < destination.Length && cursor.Step())
        {
            var skip = position + count - cursor.Integer(1);
            if (skip < 0)
            {
                throw new CorruptDataException(
                    $"Segment '{name}': expected a block at {position + count}, found one at {cursor.Integer(1)}.");
            }

            count += blob.Read(cursor.Integer(0), skip, destination[count..]);
        }

        return new SegmentRead(Exists: true, count);
    }

    /// <summary>The length in bytes, or null when there is no such segment.</summary>
    public long? Length(string name) => Find(name) is { } segment ? Measure(segment).Length : null;

    /// <summary>
    /// The names from <paramref name="from"/> on that start with <paramref name="prefix"/>, one page of them.
    /// </summary>
    public List<SegmentName> List(string prefix, string from)
    {
        var names = new List<SegmentName>();
        using var cursor = _names.Open();
        cursor.Bind(1, from);
        cursor.Bind(2, EmbeddedLimits.ListPageNames);
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
    /// Takes the name from a segment: it is gone at once, its blocks are freed by <see cref="Reclaim"/>.
    /// </summary>
    public void Delete(string name) => Run(_delete, name);

    /// <summary>
    /// Frees some blocks of a deleted segment, and the segment after its last one; false when there is none left.
    /// </summary>
    public bool Reclaim()
    {
        if (FirstDeleted() is not { } segment)
        {
            return false;
        }

        var (blocks, complete) = FirstBlocks(segment);
        foreach (var block in blocks)
        {
            Run(_deleteBlock, block);
        }

        if (complete)
        {
            Run(_forget, segment);
        }

        return true;
    }

    private long? Find(string name)
    {
        using var cursor = _find.Open();
        cursor.Bind(1, name);
        return cursor.Step() ? cursor.Integer(0) : null;
    }

    private (long Length, long Blocks) Measure(long segment)
    {
        using var cursor = _last.Open();
        cursor.Bind(1, segment);
        return cursor.Step() ? (cursor.Integer(0) + cursor.Integer(2), cursor.Integer(1) + 1) : (0, 0);
    }

    private void Insert(long segment, long position, long number, ReadOnlySequence<byte> block)
    {
        using var cursor = _append.Open();
        cursor.Bind(1, segment);
        cursor.Bind(2, position);
        cursor.Bind(3, number);
        var length = (int)block.Length;
        if (length > EmbeddedLimits.BlockCopiedBytesMax)
        {
            // The pieces go straight into the pages: no copy of the whole block is ever made.
            cursor.BindZeros(4, length);
            cursor.Step();
            BlobWriter.Write(connection.Handle, raw.sqlite3_last_insert_rowid(connection.Handle), block);
            return;
        }

        using var copy = block.IsSingleSegment ? null : MemoryPool<byte>.Shared.Rent(length);
        if (copy is null)
        {
            cursor.Bind(4, block.FirstSpan);
        }
        else
        {
            block.CopyTo(copy.Memory.Span);
            cursor.Bind(4, copy.Memory.Span[..length]);
        }

        cursor.Step();
    }

    private long? FirstDeleted()
    {
        using var cursor = _deleted.Open();
        return cursor.Step() ? cursor.Integer(0) : null;
    }

    private (List<long> Blocks, bool Complete) FirstBlocks(long segment)
    {
        var blocks = new List<long>();
        var bytes = 0L;
        using var cursor = _blocks.Open();
        cursor.Bind(1, segment);
        while (bytes < EmbeddedLimits.ReclaimBytesMax)
        {
            if (!cursor.Step())
            {
                return (blocks, Complete: true);
            }

            blocks.Add(cursor.Integer(0));
            bytes += cursor.Integer(1);
        }

        return (blocks, Complete: false);
    }

    private static void Run(SqlStatement statement, string parameter)
    {
        using var cursor = statement.Open();
        cursor.Bind(1, parameter);
        cursor.Step();
    }

    private static void Run(SqlStatement statement, long parameter)
    {
        using var cursor = statement.Open();
        cursor.Bind(1, parameter);
        cursor.Step();
    }
}
