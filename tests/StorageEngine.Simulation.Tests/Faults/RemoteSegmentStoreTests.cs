using System.Buffers;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Tests.World;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Faults;

public sealed class RemoteSegmentStoreTests
{
    private static readonly SegmentName Segment = new("copies/a");

    private readonly SmallWorld _world = new();
    private readonly SimulatedSegmentStore _store = new();
    private readonly SimulatedProcess _node;

    public RemoteSegmentStoreTests() => _node = _world.Process("node");

    [Fact]
    public async Task That_parts_are_missing_is_told_to_whoever_commits()
    {
        var remote = RemoteWith();

        await Assert.ThrowsAsync<StagedPartsMissingException>(() => Run(() => CommitAsync(remote)));
    }

    [Fact]
    public async Task A_part_is_copied_before_it_travels()
    {
        var remote = RemoteWith();
        byte[] lent = [1, 2, 3];
        var staged = _node.Start(() => StageAsync(remote, lent));
        _world.Scheduler.TryRunNext();
        lent.AsSpan().Clear();
        _world.Run(staged);

        Assert.True(await Run(() => CommitAsync(remote)));
        Assert.Equal([1, 2, 3], await ReadAllAsync());
    }

    [Fact]
    public async Task A_commit_whose_answer_fails_is_unknown_and_found_done_when_it_is_made_again()
    {
        await StageAsync(_store, [1, 2, 3]);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            () => Run(() => CommitAsync(RemoteWith(FaultKind.FailedAfter))));

        Assert.False(await Run(() => CommitAsync(RemoteWith())));
        Assert.Equal([1, 2, 3], await ReadAllAsync());
    }

    [Fact]
    public async Task Parts_and_commits_that_arrive_twice_change_nothing()
    {
        var remote = RemoteWith(FaultKind.RequestRepeated);

        await Run(() => StageAsync(remote, [1, 2, 3]));
        Assert.True(await Run(() => CommitAsync(remote)));
        _world.RunAll();

        Assert.Equal([1, 2, 3], await ReadAllAsync());
    }

    // Each call meets the fault, if there is one.
    private RemoteSegmentStore RemoteWith(FaultKind? fault = null)
    {
        var mix = fault is { } kind
            ? FaultMix.None with { Rates = FaultMix.None.Rates.SetItem((int)kind, 1) }
            : FaultMix.None;
        var plan = new FaultPlan(1, mix, FaultSelection.All);
        plan.Begin();
        var service = new StorageService(_world.Process("segments"), places: 1);
        return new RemoteSegmentStore(
            _store, new StorageWire(service, _node, place: 0, plan, new CallCounts(place: 0)));
    }

    private Task<T> Run<T>(Func<ValueTask<T>> work)
    {
        var done = _node.Start(work);
        _world.Run(done);
        return done;
    }

    private static async ValueTask<bool> StageAsync(ISegmentStore store, byte[] part)
    {
        await store.StageAsync(Segment, 0, new ReadOnlySequence<byte>(part), CancellationToken.None);
        return true;
    }

    private static ValueTask<bool> CommitAsync(RemoteSegmentStore store) =>
        store.CommitAsync(Segment, 1, CancellationToken.None);

    private async Task<byte[]> ReadAllAsync()
    {
        var room = new byte[10];
        var read = await _store.ReadAsync(Segment, 0, room, CancellationToken.None);
        return room[..read.Count];
    }
}
