using System.Buffers;
using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// What the embedded store promises of whole segments beyond the port: several openers, reopening, freeing, old files.
/// </summary>
public sealed class EmbeddedWholeSegmentTests : IAsyncDisposable
{
    // As programs before the first whole segment created it.
    private const string TablesOfVersion1 =
        """
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY,
            name TEXT UNIQUE);
        CREATE TABLE block (
            id INTEGER PRIMARY KEY,
            segment INTEGER NOT NULL,
            position INTEGER NOT NULL,
            number INTEGER NOT NULL,
            bytes BLOB NOT NULL);
        CREATE UNIQUE INDEX block_by_position ON block (segment, position);
        CREATE TABLE table_row (
            id INTEGER PRIMARY KEY,
            partition_key TEXT NOT NULL,
            row_key TEXT NOT NULL,
            version INTEGER NOT NULL,
            written_at INTEGER NOT NULL,
            value BLOB NOT NULL);
        CREATE UNIQUE INDEX table_row_by_key ON table_row (partition_key, row_key);
        CREATE TABLE last_change (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL,
            written_at INTEGER NOT NULL);
        INSERT INTO last_change VALUES (1, 0, 0);
        INSERT INTO segment VALUES (1, 'topic/0/old'), (2, NULL);
        INSERT INTO block VALUES (1, 1, 0, 0, x'0102'), (2, 1, 2, 1, x'03'), (3, 2, 0, 0, x'09');
        INSERT INTO table_row VALUES (1, 'p', 'r', 1, 0, x'07');
        PRAGMA application_id = 0x534C4556;
        PRAGMA user_version = 1;
        """;

    private static readonly SegmentName Segment = new("copies/a");

    private readonly EmbeddedFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public async Task What_one_opener_staged_another_can_commit_and_all_see_it()
    {
        var left = new EmbeddedSegmentStore(_file.Open());
        var right = new EmbeddedSegmentStore(_file.Open());
        await StageAsync(left, 0, [1, 2]);
        await StageAsync(right, 1, [3]);

        var committed = await Task.WhenAll(
            Task.Run(() => left.CommitAsync(Segment, 2, Token).AsTask(), Token),
            Task.Run(() => right.CommitAsync(Segment, 2, Token).AsTask(), Token));

        Assert.Single(committed, true);
        Assert.Equal([1, 2, 3], await ReadAllAsync(left, Segment));
        Assert.Equal([1, 2, 3], await ReadAllAsync(right, Segment));
    }

    [Fact]
    public async Task A_reopened_file_holds_what_was_staged_and_what_was_committed()
    {
        var other = new SegmentName("copies/b");
        await using (var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System))
        {
            var store = new EmbeddedSegmentStore(database);
            await StageAsync(store, 0, [1, 2]);
            await store.CommitAsync(Segment, 1, Token);
            await store.StageAsync(other, 0, new ReadOnlySequence<byte>([5]), Token);
        }

        var reopened = new EmbeddedSegmentStore(_file.Open());

        Assert.Equal([1, 2], await ReadAllAsync(reopened, Segment));
        Assert.Null(await reopened.GetLengthAsync(other, Token));
        Assert.True(await reopened.CommitAsync(other, 1, Token));
        Assert.Equal([5], await ReadAllAsync(reopened, other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deleted_it_leaves_no_row_in_any_table(bool committed)
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await StageAsync(store, 0, new byte[100_000]);
        await StageAsync(store, 1, [1]);
        await StageAsync(store, 2, [2]);
        if (committed)
        {
            // The third part stays behind, and goes with the others.
            await store.CommitAsync(Segment, 2, Token);
        }

        await store.DeleteAsync(Segment, Token);

        const string Rows = "SELECT (SELECT count(*) FROM segment) + (SELECT count(*) FROM block)"
            + " + (SELECT count(*) FROM part)";
        Assert.Equal(0, await RowsOnceFreedAsync(database, Rows));
    }

    [Fact]
    public async Task A_part_staged_again_takes_the_room_of_the_earlier_one()
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        await StageAsync(store, 0, new byte[100_000]);
        await StageAsync(store, 0, new byte[50_000]);

        Assert.Equal(1, await CountAsync(database, "SELECT count(*) FROM block"));
    }

    [Fact]
    public async Task A_file_of_version_1_keeps_its_content_and_takes_whole_segments()
    {
        await using (var old = new SqliteConnection($"Data Source={_file.Path};Pooling=False"))
        {
            await old.OpenAsync(Token);
            await using var command = old.CreateCommand();
            command.CommandText = TablesOfVersion1;
            await command.ExecuteNonQueryAsync(Token);
        }

        var database = _file.Open();
        var (store, table) = (new EmbeddedSegmentStore(database), new EmbeddedTableStore(database));
        var grown = new SegmentName("topic/0/old");
        Assert.Equal([1, 2, 3], await ReadAllAsync(store, grown));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(store, grown, 3, [4]));
        Assert.Equal([7], (await table.GetAsync("p", "r", Token))?.Value.ToArray());
        await StageAsync(store, 0, [5]);
        Assert.True(await store.CommitAsync(Segment, 1, Token));

        // The second opener finds the new version.
        var reopened = new EmbeddedSegmentStore(_file.Open());
        Assert.Equal([1, 2, 3, 4], await ReadAllAsync(reopened, grown));
        Assert.Equal([5], await ReadAllAsync(reopened, Segment));
        Assert.Equal(2, await CountAsync(database, "PRAGMA user_version"));
        Assert.Equal(
            0, await RowsOnceFreedAsync(database, "SELECT count(*) FROM segment WHERE name IS NULL"));
    }

    // Each write that is awaited lets the steps that wait before it run; a step queues the next one behind it.
    private static async Task<long> RowsOnceFreedAsync(EmbeddedDatabase database, string count)
    {
        var left = -1L;
        for (var step = 0; step < 1_000 && left != 0; step++)
        {
            left = await database.WriteAsync(0, connection => connection.QueryOnce(count), Token);
        }

        return left;
    }

    private static Task<long> CountAsync(EmbeddedDatabase database, string sql) =>
        database.ReadAsync(connection => connection.QueryOnce(sql), Token).AsTask();

    private static Task StageAsync(EmbeddedSegmentStore store, int number, byte[] part) =>
        store.StageAsync(Segment, number, new ReadOnlySequence<byte>(part), Token).AsTask();

    private static Task<SegmentAppend> AppendAsync(
        EmbeddedSegmentStore store, SegmentName segment, long position, byte[] block) =>
        store.AppendAsync(segment, position, new ReadOnlySequence<byte>(block), Token).AsTask();

    private static async Task<byte[]> ReadAllAsync(EmbeddedSegmentStore store, SegmentName segment)
    {
        var destination = new byte[1_000];
        var read = await store.ReadAsync(segment, 0, destination, Token);
        return destination[..read.Count];
    }
}
