using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Outages;

/// <summary>Whoever waits behind a failure gets it at once: waits do not add up.</summary>
public sealed class TogetherTests : IDisposable
{
    private const int Readers = 200;

    // One call that hangs, and one that is held back behind it.
    private static readonly TimeSpan RefusedWithin = StorageDeadline.Limit + StorageWatch.HoldLimit;

    private readonly LogWorld _world = new() { Step = TimeSpan.FromMilliseconds(10) };

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Two_hundred_readers_of_a_log_that_is_not_open_yet_are_refused_together()
    {
        await WriteAsync(_world.StartNode());

        await RefuseAllAsync(_world.StartNode(), static _ => 0);
    }

    [Fact]
    public async Task Two_hundred_readers_at_the_end_are_refused_together()
    {
        var node = _world.StartNode();
        await WriteAsync(node);

        await RefuseAllAsync(node, static _ => 20);
    }

    [Fact]
    public async Task Two_hundred_readers_of_different_places_are_refused_together()
    {
        var node = _world.StartNode(new EventLogSettings { CacheBytesMax = 1 });
        await WriteAsync(node);

        await RefuseAllAsync(node, static reader => reader % 20);
    }

    private async Task WriteAsync(EventLog node)
    {
        for (var number = 0; number < 20; number++)
        {
            await _world.Append(node, LogWorld.TopicOf(), $"{number}");
        }
    }

    private async Task RefuseAllAsync(EventLog node, Func<int, long> offset)
    {
        new Outage(_world).Begin(OutageKind.Silent);
        var began = _world.Time.GetUtcNow();

        var readers = Enumerable.Range(0, Readers).Select(reader => _world.Start(() => node.FetchAsync(
            LogWorld.TopicOf(), 0, offset(reader), 1_000, CancellationToken.None))).ToArray();
        foreach (var reader in readers)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => _world.Finish(reader));
        }

        Assert.InRange(_world.Time.GetUtcNow() - began, TimeSpan.FromSeconds(1), RefusedWithin);
    }
}
