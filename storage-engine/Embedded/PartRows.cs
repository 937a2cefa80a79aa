using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// The statements over segments that are written as a whole; each call runs inside a transaction of its connection.
/// </summary>
/// <remarks>
/// A part is a block from the moment it is staged, so a commit moves no bytes. Where a part begins in the segment is
/// known when all of them are: the commit writes it down in a table of its own, since SQLite rewrites a row whole.
/// </remarks>
internal sealed class PartRows(EmbeddedConnection connection)
{
    private readonly SqlStatement _staged = connection.Statement(
        "SELECT id, number, length(bytes) FROM block WHERE segment = ?1 ORDER BY position LIMIT ?2");

    private readonly SqlStatement _place = connection.Statement(
        "INSERT INTO part (segment, position, block) VALUES (?1, ?2, ?3)");

    private readonly SqlStatement _length = connection.Statement(
        """
        SELECT part.position + length(block.bytes) FROM part JOIN block ON block.id = part.block
        WHERE part.segment = ?1 ORDER BY part.position DESC LIMIT 1
        """);

    private readonly SqlStatement _range = connection.Statement(
        """
        SELECT block, position FROM part
        WHERE segment = ?1 AND position < ?3
          AND position >= (SELECT max(position) FROM part WHERE segment = ?1 AND position <= ?2)
        ORDER BY position
        """);

    private readonly SqlStatement _forget = connection.Statement("DELETE FROM part WHERE segment = ?1");

    /// <summary>The parts of a committed segment, for <see cref="BlockRows.Read"/>.</summary>
    public SqlStatement Range => _range;

    /// <summary>Keeps a part of a segment that nobody sees yet, in place of an earlier one of this number.</summary>
    public void Stage(string name, int number, ReadOnlySequence<byte> part)
    {
        var found = connection.Segments.Find(name);
        if (found is { Exists: true })
        {
            // What comes after the commit is of no use to anyone.
            return;
        }

        var segment = found?.Id ?? connection.Segments.Add(name, SegmentState.Staged);
        var position = (long)number * SegmentLimits.BlockBytesMax;
        connection.Blocks.DeleteAt(segment, position);
        connection.Blocks.Insert(segment, position, number, part);
    }

    /// <summary>Makes the first parts the content of a segment, which exists from then on.</summary>
    /// <returns>False when it existed before; null when a part is missing, and nothing was done.</returns>
    public bool? Commit(string name, int partCount)
    {
        if (connection.Segments.Find(name) is not { } segment)
        {
            return null;
        }

        if (segment.Exists)
        {
            return false;
        }

        if (Staged(segment.Id, partCount) is not { } parts)
        {
            return null;
        }

        var position = 0L;
        foreach (var (block, length) in parts)
        {
            Place(segment.Id, position, block);
            position += length;
        }

        connection.Segments.Change(segment.Id, SegmentState.Whole);
        return true;
    }

    /// <summary>The length of a committed segment in bytes.</summary>
    public long Length(long segment)
    {
        using var cursor = _length.Open();
        cursor.Bind(1, segment);
        return cursor.Step() ? cursor.Integer(0) : 0;
    }

    /// <summary>Deletes what is known of the places of a segment's parts.</summary>
    public void Forget(long segment)
    {
        using var cursor = _forget.Open();
        cursor.Bind(1, segment);
        cursor.Step();
    }

    // Null when one of the first parts is missing.
    private List<(long Block, long Length)>? Staged(long segment, int partCount)
    {
        var parts = new List<(long, long)>();
        using var cursor = _staged.Open();
        cursor.Bind(1, segment);
        cursor.Bind(2, partCount);
        while (cursor.Step() && cursor.Integer(1) == parts.Count)
        {
            parts.Add((cursor.Integer(0), cursor.Integer(2)));
        }

        return parts.Count == partCount ? parts : null;
    }

    private void Place(long segment, long position, long block)
    {
        using var cursor = _place.Open();
        cursor.Bind(1, segment);
        cursor.Bind(2, position);
        cursor.Bind(3, block);
        cursor.Step();
    }
}
