using System.Buffers;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Storage;

public sealed class BoundedSegmentStoreTests : IDisposable
{
    private readonly EngineMeters _meters = new();
    private readonly LogWorld _world = new();

    public void Dispose()
    {
        _meters.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task A_listing_goes_through_in_order()
    {
        await CreateAsync("a/1", "a/2", "b/1");

        Assert.Equal(["a/1", "a/2"], await _world.Run(() => ListAsync()));
    }

    [Fact]
    public async Task A_listing_that_is_not_answered_ends_like_any_read()
    {
        await CreateAsync("a/1");
        _world.Segments.Interception.Before = static call => call.Operation == StorageOperation.ListSegments
            ? new ValueTask(new TaskCompletionSource().Task)
            : ValueTask.CompletedTask;
        var began = _world.Time.GetUtcNow();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Run(() => ListAsync()));

        Assert.Equal(StorageDeadline.Limit, _world.Time.GetUtcNow() - began);
    }

    [Fact]
    public async Task Parts_and_their_commit_go_through_and_are_counted_as_writes()
    {
        var topic = new TopicId(0xABCDEF000000);
        var segment = LogKeys.SegmentName(new PartitionId(topic, 0), 0, 1);
        var store = new BoundedSegmentStore(_world.Segments, _meters, _world.Time);

        await _world.Run(() => StageAsync(store, segment));

        Assert.True(await _world.Run(() => store.CommitAsync(segment, 1, CancellationToken.None)));
        Assert.Equal(3, await _world.Segments.GetLengthAsync(segment, CancellationToken.None));
        Assert.Equal(2, _meters.Topics.CountsOf(topic).OtherWrites);
    }

    [Theory]
    [InlineData(StorageOperation.StagePart)]
    [InlineData(StorageOperation.CommitSegment)]
    public async Task A_part_or_a_commit_that_is_not_answered_ends_as_unknown(StorageOperation silent)
    {
        var segment = new SegmentName("copies/a");
        var store = new BoundedSegmentStore(_world.Segments, _meters, _world.Time);
        await StageAsync(_world.Segments, segment);
        _world.Segments.Interception.Before = call => call.Operation == silent
            ? new ValueTask(new TaskCompletionSource().Task)
            : ValueTask.CompletedTask;
        var began = _world.Time.GetUtcNow();

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => _world.Run(async () =>
            await StageAsync(store, segment) && await store.CommitAsync(segment, 1, CancellationToken.None)));

        Assert.Equal(StorageDeadline.Limit, _world.Time.GetUtcNow() - began);
    }

    private static async ValueTask<bool> StageAsync(ISegmentStore store, SegmentName segment)
    {
        await store.StageAsync(segment, 0, new ReadOnlySequence<byte>([1, 2, 3]), CancellationToken.None);
        return true;
    }

    private async Task CreateAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await _world.Segments.CreateAsync(new SegmentName(name), CancellationToken.None);
        }
    }

    private async ValueTask<List<string>> ListAsync()
    {
        var names = new List<string>();
        var store = new BoundedSegmentStore(_world.Segments, _meters, _world.Time);
        await foreach (var segment in store.ListAsync("a/", CancellationToken.None))
        {
            names.Add(segment.Value);
        }

        return names;
    }
}
