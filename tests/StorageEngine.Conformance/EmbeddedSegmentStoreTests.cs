using System.Buffers;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// What the embedded segment store promises beyond the port: several openers of one file, reopening, freeing.
/// </summary>
public sealed class EmbeddedSegmentStoreTests : IAsyncDisposable
{
    private static readonly SegmentName Segment = new("topic/0/a");

    private readonly EmbeddedFile _file = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public async Task Two_openers_of_one_file_race_for_each_position_and_one_wins()
    {
        const int Rounds = 20;
        var left = new EmbeddedSegmentStore(_file.Open());
        var right = new EmbeddedSegmentStore(_file.Open());
        await left.CreateAsync(Segment, Token);
        var expected = new List<byte>();

        for (var round = 0; round < Rounds; round++)
        {
            var outcomes = await Task.WhenAll(
                Task.Run(() => AppendAsync(left, expected.Count, [1]), Token),
                Task.Run(() => AppendAsync(right, expected.Count, [2]), Token));

            Assert.Equal([SegmentAppend.Appended, SegmentAppend.PositionTaken], outcomes.Order());
            expected.Add(outcomes[0] == SegmentAppend.Appended ? (byte)1 : (byte)2);
        }

        Assert.Equal(expected, await ReadAllAsync(left));
        Assert.Equal(expected, await ReadAllAsync(right));
    }

    [Fact]
    public async Task What_one_opener_has_appended_the_other_sees_at_once()
    {
        var left = new EmbeddedSegmentStore(_file.Open());
        var right = new EmbeddedSegmentStore(_file.Open());

        Assert.True(await left.CreateAsync(Segment, Token));
        Assert.False(await right.CreateAsync(Segment, Token));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(left, 0, [1, 2]));
        Assert.Equal([1, 2], await ReadAllAsync(right));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(right, 2, [3]));
        Assert.Equal([1, 2, 3], await ReadAllAsync(left));
        await right.DeleteAsync(Segment, Token);
        Assert.Equal(SegmentAppend.Gone, await AppendAsync(left, 3, [4]));
    }

    [Fact]
    public async Task An_opener_beside_one_that_never_pauses_still_gets_its_turn()
    {
        var busy = new EmbeddedSegmentStore(_file.Open());
        var other = new EmbeddedSegmentStore(_file.Open());
        var otherSegment = new SegmentName("topic/0/b");
        await busy.CreateAsync(Segment, Token);
        await busy.CreateAsync(otherSegment, Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var flood = Task.Run(
            async () =>
            {
                for (var position = 0L; !stop.IsCancellationRequested; position++)
                {
                    Assert.Equal(SegmentAppend.Appended, await AppendAsync(busy, position, [1]));
                }
            },
            Token);

        for (var position = 0L; position < 20; position++)
        {
            var block = new ReadOnlySequence<byte>([2]);
            Assert.Equal(SegmentAppend.Appended, await other.AppendAsync(otherSegment, position, block, Token));
        }

        await stop.CancelAsync();
        await flood;
    }

    [Fact]
    public async Task A_reopened_file_holds_everything()
    {
        var block = new byte[300_000];
        new Random(1).NextBytes(block);
        await using (var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System))
        {
            var store = new EmbeddedSegmentStore(database);
            await store.CreateAsync(Segment, Token);
            await AppendAsync(store, 0, block);
            await AppendAsync(store, block.Length, [1, 2, 3]);
        }

        var reopened = new EmbeddedSegmentStore(_file.Open());

        Assert.Equal(block.Length + 3, await reopened.GetLengthAsync(Segment, Token));
        Assert.Equal([.. block, 1, 2, 3], await ReadAllAsync(reopened));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(reopened, block.Length + 3, [4]));
    }

    [Fact]
    public async Task A_segment_with_the_most_blocks_is_full_also_after_reopening()
    {
        await using (var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System))
        {
            var store = new EmbeddedSegmentStore(database) { BlocksMax = 2 };
            await store.CreateAsync(Segment, Token);
            await AppendAsync(store, 0, [1]);
            await AppendAsync(store, 1, [2]);
            Assert.Equal(SegmentAppend.Full, await AppendAsync(store, 2, [3]));
        }

        var reopened = new EmbeddedSegmentStore(_file.Open()) { BlocksMax = 2 };

        Assert.Equal(SegmentAppend.Full, await AppendAsync(reopened, 2, [3]));
        Assert.Equal([1, 2], await ReadAllAsync(reopened));
    }

    [Fact]
    public async Task More_names_than_one_page_holds_are_listed_once_each()
    {
        var store = new EmbeddedSegmentStore(_file.Open());
        var names = Enumerable.Range(0, (2 * EmbeddedLimits.ListPageNames) + 1)
            .Select(static name => new SegmentName($"list/{name:0000}")).ToList();
        await Task.WhenAll(names.Select(name => store.CreateAsync(name, Token).AsTask()));
        await store.CreateAsync(new SegmentName("other"), Token);

        var listed = new List<SegmentName>();
        await foreach (var name in store.ListAsync("list/", Token))
        {
            listed.Add(name);
        }

        Assert.Equal(names, listed);
    }

    [Fact]
    public async Task The_space_of_a_deleted_segment_is_used_again()
    {
        var database = _file.Open();
        var store = new EmbeddedSegmentStore(database);
        var block = new byte[SegmentLimits.BlockBytesMax];
        await FillAsync(store, Segment, block, blocks: 6);
        await store.DeleteAsync(Segment, Token);
        await ReclaimedAsync(database);
        var pages = await PagesAsync(database);

        await FillAsync(store, new SegmentName("topic/0/b"), block, blocks: 6);

        Assert.InRange(await PagesAsync(database), 0, pages + 16);
    }

    [Fact]
    public async Task What_an_earlier_process_had_deleted_is_freed_by_the_next_one()
    {
        await using (var database = new EmbeddedDatabase(_file.Folder, TimeProvider.System))
        {
            var store = new EmbeddedSegmentStore(database);
            await FillAsync(store, Segment, new byte[100_000], blocks: 2);
            await database.WriteAsync(0, Deleted, Token);
        }

        var reopened = _file.Open();
        await ReclaimedAsync(reopened);

        Assert.Equal(0, await reopened.ReadAsync(static c => c.QueryOnce("SELECT count(*) FROM block"), Token));
    }

    // The name is taken away as a deletion does, and nothing is scheduled: the process dies here.
    private static bool Deleted(EmbeddedConnection connection)
    {
        connection.Segments.Delete(Segment.Value);
        return true;
    }

    private static async Task FillAsync(EmbeddedSegmentStore store, SegmentName segment, byte[] block, int blocks)
    {
        await store.CreateAsync(segment, Token);
        for (var number = 0; number < blocks; number++)
        {
            var bytes = new ReadOnlySequence<byte>(block);
            var position = (long)number * block.Length;
            Assert.Equal(SegmentAppend.Appended, await store.AppendAsync(segment, position, bytes, Token));
        }
    }

    // Each write that is awaited lets the steps that wait before it run; a step queues the next one behind it.
    private static async Task ReclaimedAsync(EmbeddedDatabase database)
    {
        const int StepsMax = 1_000;
        const string Left = "SELECT count(*) FROM segment WHERE name IS NULL";
        for (var step = 0; step < StepsMax; step++)
        {
            if (await database.WriteAsync(0, static connection => connection.QueryOnce(Left), Token) == 0)
            {
                return;
            }
        }

        Assert.Fail($"After {StepsMax} writes there are still segments to free.");
    }

    private static Task<long> PagesAsync(EmbeddedDatabase database) =>
        database.ReadAsync(static connection => connection.QueryOnce("PRAGMA page_count"), Token).AsTask();

    private static Task<SegmentAppend> AppendAsync(EmbeddedSegmentStore store, long position, byte[] block) =>
        store.AppendAsync(Segment, position, new ReadOnlySequence<byte>(block), Token).AsTask();

    private static async Task<byte[]> ReadAllAsync(EmbeddedSegmentStore store)
    {
        var destination = new byte[1_000_000];
        var read = await store.ReadAsync(Segment, 0, destination, Token);
        return destination[..read.Count];
    }
}
