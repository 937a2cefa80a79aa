using System.Buffers;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// Writes the pieces of a block into the pages of a row that was inserted with zeros of the block's length.
/// </summary>
internal static class BlobWriter
{
    /// <summary>Fills the block of row <paramref name="block"/> with <paramref name="bytes"/>.</summary>
    public static void Write(sqlite3 connection, long block, ReadOnlySequence<byte> bytes)
    {
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_blob_open(connection, "main", "block", "bytes", block, 1, out var blob), connection);
        using (blob)
        {
            var position = 0;
            foreach (var piece in bytes)
            {
                if (!piece.IsEmpty)
                {
                    SqliteException.ThrowExceptionForRC(raw.sqlite3_blob_write(blob, piece.Span, position), connection);
                    position += piece.Length;
                }
            }
        }
    }
}
