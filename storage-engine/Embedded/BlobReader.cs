using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>Reads parts of blocks straight from the pages into a caller's buffer, inside one transaction.</summary>
/// <remarks>One handle goes from block to block: moving it costs a tenth of opening another.</remarks>
internal ref struct BlobReader(sqlite3 connection)
{
    private sqlite3_blob? _blob;

    /// <summary>
    /// Reads from byte <paramref name="skip"/> of a block on, as much as there is and fits; gives the count.
    /// </summary>
    public int Read(long block, long skip, Span<byte> destination)
    {
        if (_blob is null)
        {
            Check(raw.sqlite3_blob_open(connection, "main", "block", "bytes", block, 0, out _blob));
        }
        else
        {
            Check(raw.sqlite3_blob_reopen(_blob, block));
        }

        var count = (int)Math.Clamp(raw.sqlite3_blob_bytes(_blob) - skip, 0, destination.Length);
        if (count > 0)
        {
            Check(raw.sqlite3_blob_read(_blob, destination[..count], (int)skip));
        }

        return count;
    }

    /// <summary>Closes the handle.</summary>
    public readonly void Dispose() => _blob?.Dispose();

    private readonly void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection);
}
