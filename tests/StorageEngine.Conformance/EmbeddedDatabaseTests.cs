using System.Buffers;
using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// The file and its writer: what opens, what commits together, and what a failing write does to the others.
/// </summary>
public sealed class EmbeddedDatabaseTests : IAsyncDisposable
{
    private static readonly SegmentName Segment = new("s");

    private readonly EmbeddedFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public async Task The_folder_is_created_and_the_file_flushes_every_commit()
    {
        var folder = Path.Combine(_file.Folder, "deep", "er");
        await using var database = new EmbeddedDatabase(folder, TimeProvider.System);

        Assert.True(File.Exists(Path.Combine(folder, "events.db")));
        const long Full = 2;
        Assert.Equal(Full, await PragmaAsync(database, "synchronous"));
        Assert.Equal(EmbeddedLimits.PageBytes, await PragmaAsync(database, "page_size"));
        Assert.Equal(
            1,
            await database.WriteAsync(
                0, static c => c.QueryOnce("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), Token));
    }

    [Fact]
    public async Task Writes_that_wait_together_are_committed_together()
    {
        const int Writes = 50;
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await store.CreateAsync(Segment, Token);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(database, gate, Token);
        var before = database.Commits;

        var appends = Enumerable.Range(0, Writes).Select(position => AppendAsync(store, position)).ToArray();
        gate.Set();
        await held;
        var outcomes = await Task.WhenAll(appends);

        Assert.All(outcomes, static outcome => Assert.Equal(SegmentAppend.Appended, outcome));
        Assert.InRange(database.Commits - before, 1, 2);
    }

    [Fact]
    public async Task Each_write_of_a_group_is_judged_by_itself()
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await store.CreateAsync(Segment, Token);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(database, gate, Token);

        Task<SegmentAppend>[] appends =
            [AppendAsync(store, 0), AppendAsync(store, 0), AppendAsync(store, 1), AppendAsync(store, 5)];
        gate.Set();
        await held;

        Assert.Equal(
            [SegmentAppend.Appended, SegmentAppend.PositionTaken, SegmentAppend.Appended, SegmentAppend.PositionTaken],
            await Task.WhenAll(appends));
        Assert.Equal(2, await store.GetLengthAsync(Segment, Token));
    }

    [Fact]
    public async Task A_write_that_breaks_undoes_its_group_and_the_next_group_commits()
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await store.CreateAsync(Segment, Token);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(database, gate, Token);

        var neighbour = AppendAsync(store, 0);
        var broken = database.WriteAsync<bool>(
            0, static _ => throw new CorruptDataException("The test says so."), Token).AsTask();
        gate.Set();
        await held;

        await Assert.ThrowsAsync<CorruptDataException>(() => broken);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => neighbour);
        Assert.Equal(0, await store.GetLengthAsync(Segment, Token));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(store, 0));
    }

    [Fact]
    public async Task A_full_disk_refuses_the_write_and_changes_nothing()
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await store.CreateAsync(Segment, Token);
        await database.WriteAsync(0, LimitPages, Token);
        var block = new ReadOnlySequence<byte>(new byte[1_000_000]);

        await Assert.ThrowsAsync<StorageUnavailableException>(
            async () => await store.AppendAsync(Segment, 0, block, Token));

        Assert.Equal(0, await store.GetLengthAsync(Segment, Token));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(store, 0));
    }

    [Fact]
    public async Task A_write_that_still_waits_can_be_taken_back()
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await store.CreateAsync(Segment, Token);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(database, gate, Token);
        using var cancellation = new CancellationTokenSource();

        var append = store.AppendAsync(Segment, 0, new ReadOnlySequence<byte>([1]), cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        gate.Set();
        await held;
        Assert.Equal(0, await store.GetLengthAsync(Segment, Token));
    }

    [Fact]
    public async Task A_write_that_runs_is_waited_for_though_its_caller_cancels()
    {
        var database = _file.Open();
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var held = await HoldAsync(database, gate, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.False(held.IsCompleted);
        gate.Set();
        await held;
    }

    [Fact]
    public async Task Disposal_completes_what_waits_and_refuses_what_comes_later()
    {
        var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System);
        var store = new EmbeddedSegmentStore(database);
        await store.CreateAsync(Segment, Token);
        using var gate = new ManualResetEventSlim();
        var held = await HoldAsync(database, gate, Token);
        var append = AppendAsync(store, 0);

        var disposal = database.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync(store, 1));
        gate.Set();
        await disposal;

        await held;
        Assert.Equal(SegmentAppend.Appended, await append);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.GetLengthAsync(Segment, Token).AsTask());
    }

    [Fact]
    public async Task A_write_waits_while_another_process_holds_the_file()
    {
        var store = new EmbeddedSegmentStore(_file.Open());
        await store.CreateAsync(Segment, Token);
        await using var other = new SqliteConnection($"Data Source={_file.Path};Pooling=False");
        await other.OpenAsync(Token);
        await ExecuteAsync(other, "BEGIN IMMEDIATE");

        var append = AppendAsync(store, 0);
        Assert.Equal(0, await store.GetLengthAsync(Segment, Token));
        Assert.False(append.IsCompleted);
        await ExecuteAsync(other, "ROLLBACK");

        Assert.Equal(SegmentAppend.Appended, await append);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named_and_left_alone()
    {
        var text = string.Concat(Enumerable.Repeat("This is no database. ", 100));
        File.WriteAllText(_file.Path, text);

        var exception = Assert.Throws<CorruptDataException>(
            () => new EmbeddedDatabase(_file.Folder, TimeProvider.System));

        Assert.Contains(_file.Path, exception.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_file.Path));
    }

    [Theory]
    [InlineData("CREATE TABLE customers (id INTEGER)", "another program")]
    [InlineData("PRAGMA application_id = 77", "another program")]
    [InlineData("PRAGMA application_id = 1397507414; PRAGMA user_version = 3", "schema version 3")]
    public async Task A_database_of_another_program_or_version_is_refused_with_its_reason(string sql, string reason)
    {
        await using (var connection = new SqliteConnection($"Data Source={_file.Path};Pooling=False"))
        {
            await connection.OpenAsync(Token);
            await ExecuteAsync(connection, sql);
        }

        var exception = Assert.Throws<CorruptDataException>(
            () => new EmbeddedDatabase(_file.Folder, TimeProvider.System));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_pages_are_reported_as_corrupt_data()
    {
        await using (var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System))
        {
            var store = new EmbeddedSegmentStore(database);
            await store.CreateAsync(Segment, Token);
            await AppendAsync(store, 0);
        }

        var bytes = await File.ReadAllBytesAsync(_file.Path, Token);
        Array.Fill(bytes, (byte)0xEE, EmbeddedLimits.PageBytes, bytes.Length - EmbeddedLimits.PageBytes);
        await File.WriteAllBytesAsync(_file.Path, bytes, Token);
        var damaged = new EmbeddedSegmentStore(_file.Open());

        await Assert.ThrowsAsync<CorruptDataException>(
            async () => await damaged.ReadAsync(Segment, 0, new byte[1], Token));
        await Assert.ThrowsAsync<CorruptDataException>(() => AppendAsync(damaged, 1));
    }

    [Fact]
    public void A_data_folder_that_is_a_file_is_refused_by_name()
    {
        var path = Path.Combine(_file.Folder, "taken");
        File.WriteAllText(path, "");

        var exception = Assert.Throws<StorageUnavailableException>(
            () => new EmbeddedDatabase(path, TimeProvider.System));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_openers_may_create_one_file_at_once()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => Task.Run(() => new EmbeddedDatabase(_file.Folder, TimeProvider.System), Token)));

        var created = await Task.WhenAll(opened.Select(
            database => new EmbeddedSegmentStore(database).CreateAsync(Segment, Token).AsTask()));

        Assert.Single(created, true);
        foreach (var database in opened)
        {
            await database.DisposeAsync();
        }
    }

    // Keeps the writer's thread busy until the gate opens, so that what is written meanwhile waits together.
    private static async Task<Task<bool>> HoldAsync(
        EmbeddedDatabase database, ManualResetEventSlim gate, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource();
        var held = database.WriteAsync(
            0,
            _ =>
            {
                started.SetResult();
                gate.Wait(Token);
                return true;
            },
            cancellationToken).AsTask();
        await started.Task;
        return held;
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Token);
    }

    private static bool LimitPages(EmbeddedConnection connection)
    {
        connection.ExecuteOnce("PRAGMA max_page_count = 20");
        return true;
    }

    private static Task<long> PragmaAsync(EmbeddedDatabase database, string name) =>
        database.WriteAsync(0, connection => connection.QueryOnce($"PRAGMA {name}"), Token).AsTask();

    private static Task<SegmentAppend> AppendAsync(EmbeddedSegmentStore store, long position) =>
        store.AppendAsync(Segment, position, new ReadOnlySequence<byte>([1]), Token).AsTask();
}
