using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Storage;
using SQLitePCL;

namespace Serverless.StorageEngine.Embedded;

/// <summary>The one place that turns what SQLite reports into the three faults of the ports.</summary>
/// <remarks>
/// A result code that says that this program is wrong (a constraint, a misuse, an error in a statement) is none of the
/// three: the <see cref="SqliteException"/> passes unchanged, as a bug.
/// </remarks>
internal static class EmbeddedFaults
{
    /// <summary>
    /// A fault before COMMIT was sent: SQLite undoes the transaction, at once or when the file is next opened.
    /// </summary>
    /// <param name="exception">What SQLite reported.</param>
    /// <param name="path">The database file.</param>
    public static Exception BeforeCommit(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => Corrupt(exception, path),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StorageUnavailableException(
            $"'{path}' is locked by another process.", exception, EmbeddedLimits.RetryAfter),
        raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM or raw.SQLITE_READONLY
            or raw.SQLITE_PERM or raw.SQLITE_PROTOCOL or raw.SQLITE_INTERRUPT => new StorageUnavailableException(
                $"'{path}' could not be used: {exception.Message}", exception),
        _ => exception,
    };

    /// <summary>
    /// A fault of COMMIT itself. The commit frame may have reached the file although its flush failed, and a recovery
    /// after a crash may then find it. Only BUSY is certain: the transaction is still open, and is rolled back.
    /// </summary>
    /// <param name="exception">What SQLite reported.</param>
    /// <param name="path">The database file.</param>
    public static Exception OfCommit(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => BeforeCommit(exception, path),
        _ => new StorageOutcomeUnknownException($"A commit to '{path}' failed: {exception.Message}", exception),
    };

    /// <summary>
    /// What callers hear when the transaction that <paramref name="fault"/> broke could not be undone either. That says
    /// nothing about a commit whose outcome is unknown: it stays unknown.
    /// </summary>
    /// <param name="fault">What broke the transaction, in the words of the ports.</param>
    /// <param name="rollback">What SQLite reported about undoing it.</param>
    /// <param name="path">The database file.</param>
    public static Exception OfRollback(Exception fault, SqliteException rollback, string path) =>
        fault is StorageOutcomeUnknownException ? fault : BeforeCommit(rollback, path);

    private static CorruptDataException Corrupt(SqliteException exception, string path) =>
        new($"'{path}' is damaged or no SQLite file: {exception.Message}");
}
