using System.Buffers;
using CsCheck;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.SharedLogs;

/// <summary>Several nodes write to one shared log at the same time.</summary>
public sealed class SharedNodesTests : IDisposable
{
    private static readonly SharedTuning Small = new()
    {
        CarrierBytes = 2_000,
        PieceBytesMax = 300,
        TailReadBytes = 128,
        RowsCachedMax = 2,
        UnregisteredMax = 2,
    };

    private readonly EngineMeters _meters = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task Whoever_writes_what_where_every_node_reads_the_same_bytes() => await Gen.Select(
        Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[1, 500], Gen.Int[0, 19]).Array[1, 120].SampleAsync(
        async steps =>
        {
            var (blobs, tables) = (new SimulatedSegmentStore(), new SimulatedTableStore(TimeProvider.System));
            var nodes = Enumerable.Range(0, 3).Select(number => Open(blobs, tables, number)).ToArray();
            var (model, lives) = (new Dictionary<SegmentName, List<byte>>(), new int[6]);
            foreach (var (node, segment, count, what) in steps)
            {
                await StepAsync(nodes[node], segment, count, what, model, lives);
            }

            var log = SomeShared.Log;
            foreach (var reader in nodes.Append(Open(blobs, tables, 9)))
            {
                await CheckAsync(reader, model);
                await reader.SweepAsync(log, static () => true, Token);
                await CheckAsync(reader, model);
            }
        },
        iter: 60,
        threads: 1);

    [Fact]
    public async Task Appends_to_many_segments_at_the_same_time_are_one_append_to_storage()
    {
        var blobs = new SimulatedSegmentStore();
        var store = Open(blobs, new SimulatedTableStore(TimeProvider.System), 0, new SharedTuning());
        var names = Enumerable.Range(0, 100).Select(static number => new SegmentName($"shared/g-test/{number}")).ToArray();
        await Task.WhenAll(names.Select(name => store.CreateAsync(name, Token).AsTask()));
        var hold = new TaskCompletionSource();
        blobs.Interception.Before = call =>
            call.Operation == StorageOperation.Append ? new ValueTask(hold.Task) : ValueTask.CompletedTask;
        var first = store.AppendAsync(names[0], 0, SomeShared.Bytes(10), Token).AsTask();
        blobs.Operations.Reset();

        var others = names[1..].Select(name => store.AppendAsync(name, 0, SomeShared.Bytes(10), Token).AsTask()).ToArray();
        hold.SetResult();
        blobs.Interception.Before = null;

        Assert.Equal(SegmentAppend.Appended, await first);
        Assert.All(await Task.WhenAll(others), static outcome => Assert.Equal(SegmentAppend.Appended, outcome));
        Assert.Equal(1, blobs.Operations.Appends);
    }

    [Fact]
    public async Task One_read_of_the_tail_serves_the_readers_of_all_segments()
    {
        var (blobs, tables) = (new SimulatedSegmentStore(), new SimulatedTableStore(TimeProvider.System));
        var (writer, reader) = (Open(blobs, tables, 0, new SharedTuning()), Open(blobs, tables, 1, new SharedTuning()));
        var names = Enumerable.Range(0, 50).Select(static number => new SegmentName($"shared/g-test/{number}")).ToArray();
        await Task.WhenAll(names.Select(name => writer.CreateAsync(name, Token).AsTask()));
        await Task.WhenAll(names.Select(name => writer.AppendAsync(name, 0, SomeShared.Bytes(10), Token).AsTask()));
        blobs.Operations.Reset();

        // The first one looks for something behind the end; what it finds is there for all others.
        var room = new byte[11];
        Assert.Equal(10, (await reader.ReadAsync(names[0], 0, room, Token)).Count);
        foreach (var name in names)
        {
            Assert.Equal(10, (await reader.ReadAsync(name, 0, room.AsMemory(0, 10), Token)).Count);
        }

        Assert.Equal(1, blobs.Operations.Reads);
    }

    [Fact]
    public async Task The_rest_of_a_large_piece_never_follows_what_another_node_began()
    {
        var (blobs, tables) = (new SimulatedSegmentStore(), new SimulatedTableStore(TimeProvider.System));
        var tuning = new SharedTuning { PieceBytesMax = 100 };
        var (slow, quick) = (Open(blobs, tables, 0, tuning), Open(blobs, tables, 1, tuning));
        var segment = SomeShared.Name(0);
        await slow.CreateAsync(segment, Token);
        var (appends, goOn) = (0, new TaskCompletionSource());
        Task<SegmentAppend>? other = null;
        blobs.Interception.Before = call => call.Operation == StorageOperation.Append && ++appends == 3
            ? new ValueTask(goOn.Task)
            : ValueTask.CompletedTask;
        blobs.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.Append && other is null)
            {
                // Before the slow node hears of its first block, the quick one begins in the same way, and both are seen.
                other = quick.AppendAsync(segment, 0, SomeShared.Bytes(150, 2), Token).AsTask();
                await slow.GetLengthAsync(segment, Token);
            }
        };

        var first = await slow.AppendAsync(segment, 0, SomeShared.Bytes(150, 1), Token);
        goOn.SetResult();

        Assert.Equal((SegmentAppend.Appended, SegmentAppend.PositionTaken), (first, await other!));
        var bytes = new byte[151];
        Assert.Equal(150, (await quick.ReadAsync(segment, 0, bytes, Token)).Count);
        Assert.Single(bytes[..150].Distinct());
    }

    [Fact]
    public async Task A_carrier_goes_when_nothing_in_it_counts_and_stays_while_anything_does()
    {
        var blobs = new SimulatedSegmentStore();
        var store = Open(blobs, new SimulatedTableStore(TimeProvider.System), 0, new SharedTuning { CarrierBytes = 1 });
        var (idle, busy) = (SomeShared.Name(0), SomeShared.Name(1));
        await store.CreateAsync(idle, Token);
        await store.AppendAsync(idle, 0, SomeShared.Bytes(10), Token);
        await store.CreateAsync(busy, Token);
        for (var number = 0; number < 10; number++)
        {
            await store.AppendAsync(busy, number, SomeShared.Bytes(1), Token);
        }

        await store.DeleteAsync(busy, Token);
        var (carriers, bytes) = await store.SweepAsync(SomeShared.Log, static () => true, Token);

        // Those of the creations and of the pieces of the segment that went.
        Assert.Equal(12, carriers);
        Assert.True(bytes > 0);
        Assert.Equal(10, (await store.ReadAsync(idle, 0, new byte[20], Token)).Count);
        Assert.Equal((0, 0L), await store.SweepAsync(SomeShared.Log, static () => true, Token));
    }

    [Fact]
    public async Task Nothing_is_stored_in_a_shared_log_that_was_removed()
    {
        var (blobs, tables) = (new SimulatedSegmentStore(), new SimulatedTableStore(TimeProvider.System));
        var (store, late) = (Open(blobs, tables, 0), Open(blobs, tables, 1));
        var topic = new StorageEngine.Topics.TopicId((UInt128)7 << 24);
        var segment = new SegmentName($"shared/t-{topic}-0/x");
        await store.CreateAsync(segment, Token);
        Assert.Equal(0, await late.GetLengthAsync(segment, Token));

        await store.RemoveTopicAsync(topic, Token);

        Assert.Equal(SegmentAppend.Gone, await late.AppendAsync(segment, 0, SomeShared.Bytes(1), Token));
        Assert.Equal(SegmentAppend.Gone, await store.AppendAsync(segment, 0, SomeShared.Bytes(1), Token));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => late.CreateAsync(new SegmentName(segment.Value + "y"), Token).AsTask());
        await foreach (var left in blobs.ListAsync("", Token))
        {
            Assert.Fail($"{left} is left.");
        }
    }

    // Names are never used again: what was deleted goes on under another one.
    private static async Task StepAsync(
        SharedSegmentStore node, int slot, int count, int what, Dictionary<SegmentName, List<byte>> model, int[] lives)
    {
        var segment = new SegmentName($"shared/{SomeShared.Log}/{slot}-{lives[slot]}");
        if (what == 0 && model.Remove(segment))
        {
            lives[slot]++;
            await node.DeleteAsync(segment, Token);
            return;
        }

        if (!model.TryGetValue(segment, out var bytes))
        {
            Assert.True(await node.CreateAsync(segment, Token));
            model.Add(segment, bytes = []);
        }

        // A write at a place that is taken, or not there yet, changes nothing.
        Assert.Equal(
            SegmentAppend.PositionTaken, await node.AppendAsync(segment, bytes.Count + 1, SomeShared.Bytes(1), Token));
        var piece = SomeShared.Bytes(count, (byte)(count % 251));
        Assert.Equal(SegmentAppend.Appended, await node.AppendAsync(segment, bytes.Count, piece, Token));
        bytes.AddRange(piece.ToArray());
    }

    private static async Task CheckAsync(SharedSegmentStore node, Dictionary<SegmentName, List<byte>> model)
    {
        foreach (var (segment, bytes) in model)
        {
            var read = new byte[bytes.Count + 1];
            Assert.Equal(new SegmentRead(Exists: true, bytes.Count), await node.ReadAsync(segment, 0, read, Token));
            Assert.Equal(bytes, read[..^1]);
            Assert.Equal(bytes.Count, await node.GetLengthAsync(segment, Token));
        }

        var listed = new List<SegmentName>();
        await foreach (var name in node.ListAsync("shared/", Token))
        {
            listed.Add(name);
        }

        Assert.Equal(model.Keys.Order(), listed);
    }

    private SharedSegmentStore Open(
        ISegmentStore blobs, ITableStore tables, int seed, SharedTuning? tuning = null) => new(new SharedContext(
            blobs,
            [""],
            tables,
            tuning ?? Small,
            new RecentPieces(1_000_000),
            _meters,
            TimeProvider.System,
            new Random(seed)));
}
