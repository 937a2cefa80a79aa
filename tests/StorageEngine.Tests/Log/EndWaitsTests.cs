using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class EndWaitsTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_node_that_leaves_ends_its_waits_before_their_time()
    {
        var node = _world.StartNode();
        await _world.Append(node, _topic, "a");
        var waiting = _world.Start(() => WaitAsync(node, offset: 1));
        var began = _world.Time.GetUtcNow();

        node.EndWaits();

        Assert.False(await _world.Finish(waiting));
        Assert.True(_world.Time.GetUtcNow() - began < Long);
    }

    [Fact]
    public async Task Afterwards_nobody_waits_any_more_but_records_are_still_written_and_read()
    {
        var node = _world.StartNode();
        node.EndWaits();
        var began = _world.Time.GetUtcNow();

        Assert.False(await _world.Run(() => WaitAsync(node, offset: 0)));
        Assert.True(_world.Time.GetUtcNow() - began < Long);
        Assert.True(node.WaitsEnded);
        await _world.Append(node, _topic, "a");
        Assert.Equal(["a"], await _world.ReadAll(node, _topic));
    }

    private ValueTask<bool> WaitAsync(EventLog node, long offset) =>
        node.WaitAsync(_topic, [new PartitionPosition(0, offset)], Long, CancellationToken.None);
}
