using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// One SQLite file that holds the segments and the table of a single machine. Any number of processes may have it open
/// at once; what one has committed every other one sees at its next call, and a process killed at any instruction loses
/// nothing that was answered.
/// </summary>
/// <remarks>
/// One thread writes and commits in groups, a few read; callers never block. Dispose it after the last call: what waits
/// is still done, later calls throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    /// <summary>The name of the file inside the data folder.</summary>
    public const string FileName = "events.db";

    private readonly WorkQueue _writes = new(EmbeddedLimits.WritesQueuedMax, EmbeddedLimits.WriteBytesQueuedMax);
    private readonly WorkQueue _reads = new(EmbeddedLimits.ReadsQueuedMax, bytesMax: 0);
    private readonly EmbeddedWriter _writer;
    private readonly List<EmbeddedReader> _readers = [];

    /// <summary>Opens the file, creating it and the folder when there is none.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="clock">Stamps table rows; a clock that goes back does not make the stamps go back.</param>
    /// <exception cref="StorageUnavailableException">The folder or the file cannot be created or opened.</exception>
    /// <exception cref="CorruptDataException">
    /// The file is damaged, of another program, or of another version.
    /// </exception>
    public EmbeddedDatabase(string folder, TimeProvider clock)
    {
        Clock = clock;
        Path = System.IO.Path.Combine(CreateFolder(folder), FileName);
        var connections = OpenAll(Path);
        _writer = new EmbeddedWriter(Path, connections[0], _writes);
        _readers.AddRange(connections.Skip(1).Select(connection => new EmbeddedReader(Path, connection, _reads)));

        _writer.Start("embedded-store-writer");
        foreach (var reader in _readers)
        {
            reader.Start("embedded-store-reader");
        }

        // An earlier process may have ended before it had freed what was deleted.
        ScheduleReclaim();
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>The clock that stamps table rows.</summary>
    internal TimeProvider Clock { get; }

    /// <summary>Transactions that this process has committed.</summary>
    internal long Commits => _writer.Commits;

    /// <summary>Completes what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Close();
        await _writer.Ended;
        _reads.Close();
        await Task.WhenAll(_readers.Select(static reader => reader.Ended));
    }

    /// <summary>
    /// Runs <paramref name="write"/> on the writer's thread, inside a transaction that others may share.
    /// </summary>
    internal ValueTask<T> WriteAsync<T>(
        long bytes, Func<EmbeddedConnection, T> write, CancellationToken cancellationToken) =>
        new StorageWork<T>(write) { Bytes = bytes }.SubmitAsync(_writes, cancellationToken);

    /// <summary>Runs <paramref name="read"/> on a reader's thread, on one snapshot.</summary>
    internal ValueTask<T> ReadAsync<T>(Func<EmbeddedConnection, T> read, CancellationToken cancellationToken) =>
        new StorageWork<T>(read) { Bytes = 0 }.SubmitAsync(_reads, cancellationToken);

    /// <summary>
    /// Frees the blocks of deleted segments step by step, behind the writes that wait. Where a step fails or finds no
    /// room in the queue the rest stays marked in the file, and the next deletion or the next start goes on with it.
    /// </summary>
    internal void ScheduleReclaim() => _writes.TryAdd(new ReclaimWork(this) { Bytes = EmbeddedLimits.ReclaimBytesMax });

    private static string CreateFolder(string folder)
    {
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException(
                $"The data folder '{folder}' could not be created: {exception.Message}", exception);
        }
    }

    // The first connection writes, the others read.
    private static List<EmbeddedConnection> OpenAll(string path)
    {
        var connections = new List<EmbeddedConnection>();
        try
        {
            connections.Add(EmbeddedConnection.Open(path));
            EmbeddedSchema.PrepareWriter(connections[0], path);
            for (var reader = 0; reader < EmbeddedLimits.Readers; reader++)
            {
                connections.Add(EmbeddedConnection.Open(path));
                EmbeddedSchema.PrepareReader(connections[^1]);
            }

            return connections;
        }
        catch (Exception exception)
        {
            connections.ForEach(static connection => connection.Dispose());
            if (exception is SqliteException fault)
            {
                throw IsWritable(System.IO.Path.GetDirectoryName(path)!)
                    ? EmbeddedFaults.BeforeCommit(fault, path)
                    : new StorageUnavailableException(
                        $"The data folder '{System.IO.Path.GetDirectoryName(path)}' is not writable by this user.",
                        fault);
            }

            throw;
        }
    }

    // SQLite says no more than that it cannot open a file, which may be the log beside the one that was named.
    private static bool IsWritable(string folder)
    {
        try
        {
            using var probe = new FileStream(
                System.IO.Path.Combine(folder, FileName + "-probe"),
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.Write,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    Options = FileOptions.DeleteOnClose,
                });
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
