using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;
using SQLitePCL;

namespace Serverless.StorageEngine.Conformance;

/// <summary>What each result code of SQLite means for a caller, before COMMIT and at COMMIT.</summary>
public sealed class EmbeddedFaultsTests
{
    private const string Path = "/data/events.db";

    [Theory]
    [InlineData(raw.SQLITE_BUSY, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_LOCKED, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_IOERR, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_FULL, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_CANTOPEN, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_READONLY, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_CORRUPT, typeof(CorruptDataException))]
    [InlineData(raw.SQLITE_NOTADB, typeof(CorruptDataException))]
    [InlineData(raw.SQLITE_CONSTRAINT, typeof(SqliteException))]
    [InlineData(raw.SQLITE_MISUSE, typeof(SqliteException))]
    public void Before_a_commit_nothing_has_happened(int code, Type expected)
    {
        Assert.IsType(expected, EmbeddedFaults.BeforeCommit(Fault(code), Path));
    }

    [Theory]
    [InlineData(raw.SQLITE_BUSY, typeof(StorageUnavailableException))]
    [InlineData(raw.SQLITE_IOERR, typeof(StorageOutcomeUnknownException))]
    [InlineData(raw.SQLITE_FULL, typeof(StorageOutcomeUnknownException))]
    [InlineData(raw.SQLITE_CORRUPT, typeof(StorageOutcomeUnknownException))]
    public void A_commit_that_failed_may_have_happened_unless_the_file_was_busy(int code, Type expected)
    {
        Assert.IsType(expected, EmbeddedFaults.OfCommit(Fault(code), Path));
    }

    [Fact]
    public void A_commit_of_unknown_outcome_stays_unknown_when_it_cannot_be_rolled_back()
    {
        var unknown = EmbeddedFaults.OfCommit(Fault(raw.SQLITE_IOERR), Path);

        Assert.Same(unknown, EmbeddedFaults.OfRollback(unknown, Fault(raw.SQLITE_IOERR), Path));
    }

    private static SqliteException Fault(int code) => new("The test says so.", code);
}
