using System.Buffers;
using Serverless.StorageEngine.Storage;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// The statements over blocks, which are the bytes of all segments; each call runs inside a transaction of its
/// connection.
/// </summary>
internal sealed class BlockRows(EmbeddedConnection connection)
{
    private readonly SqlStatement _insert = connection.Statement(
        "INSERT INTO block (segment, position, number, bytes) VALUES (?1, ?2, ?3, ?4)");

    private readonly SqlStatement _last = connection.Statement(
        "SELECT position, number, length(bytes) FROM block WHERE segment = ?1 ORDER BY position DESC LIMIT 1");

    private readonly SqlStatement _range = connection.Statement(
        """
        SELECT id, position FROM block
        WHERE segment = ?1 AND position < ?3
          AND position >= (SELECT max(position) FROM block WHERE segment = ?1 AND position <= ?2)
        ORDER BY position
        """);

    private readonly SqlStatement _deleteAt = connection.Statement(
        "DELETE FROM block WHERE segment = ?1 AND position = ?2");

    private readonly SqlStatement _first = connection.Statement(
        "SELECT id, length(bytes) FROM block WHERE segment = ?1 ORDER BY position");

    private readonly SqlStatement _delete = connection.Statement("DELETE FROM block WHERE id = ?1");

    /// <summary>The blocks of a segment that grows by appends, for <see cref="Read"/>.</summary>
    public SqlStatement Range => _range;

    /// <summary>The length in bytes and the count of blocks of a segment that grows by appends.</summary>
    public (long Length, long Blocks) Measure(long segment)
    {
        using var cursor = _last.Open();
        cursor.Bind(1, segment);
        return cursor.Step() ? (cursor.Integer(0) + cursor.Integer(2), cursor.Integer(1) + 1) : (0, 0);
    }

    /// <summary>Adds a block where there is none.</summary>
    public void Insert(long segment, long position, long number, ReadOnlySequence<byte> block)
    {
        using var cursor = _insert.Open();
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

    /// <summary>
    /// Fills <paramref name="destination"/> from <paramref name="position"/> on, as far as there are blocks.
    /// </summary>
    /// <param name="range">
    /// Gives row and place of the blocks of segment ?1 from the one that holds byte ?2 to the last before ?3, in order.
    /// </param>
    /// <param name="segment">The segment.</param>
    /// <param name="position">Bytes from the start of the segment.</param>
    /// <param name="destination">At least 1 byte.</param>
    /// <returns>The bytes read.</returns>
    public int Read(SqlStatement range, long segment, long position, Span<byte> destination)
    {
        using var cursor = range.Open();
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
                    $"Segment {segment} of the file: expected a block at {position + count}, found one at"
                    + $" {cursor.Integer(1)}.");
            }

            count += blob.Read(cursor.Integer(0), skip, destination[count..]);
        }

        return count;
    }

    /// <summary>Deletes the block at a place, if there is one.</summary>
    public void DeleteAt(long segment, long position)
    {
        using var cursor = _deleteAt.Open();
        cursor.Bind(1, segment);
        cursor.Bind(2, position);
        cursor.Step();
    }

    /// <summary>Deletes some blocks of a segment; true when none is left.</summary>
    public bool DeleteSome(long segment)
    {
        var (blocks, complete) = First(segment);
        foreach (var block in blocks)
        {
            using var cursor = _delete.Open();
            cursor.Bind(1, block);
            cursor.Step();
        }

        return complete;
    }

    private (List<long> Blocks, bool Complete) First(long segment)
    {
        var blocks = new List<long>();
        var bytes = 0L;
        using var cursor = _first.Open();
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
}
