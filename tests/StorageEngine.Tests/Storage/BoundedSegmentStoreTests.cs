using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

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
