using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>What goes wrong in work that no request waits for.</summary>
public sealed class BackgroundFailureTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf();
    private readonly List<Exception> _reported = [];

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_mistake_while_a_tail_is_followed_is_reported_and_the_following_goes_on()
    {
        var (writer, reader) = (_world.StartNode(), ReportingNode());
        await _world.Append(writer, _topic, "a");
        await _world.ReadAll(reader, _topic);
        var mistake = new InvalidOperationException("a mistake");
        _world.Segments.Interception.Before = call =>
            call.Operation == StorageOperation.ReadSegment && _reported.Count == 0
                ? throw mistake
                : ValueTask.CompletedTask;
        var waiting = _world.Start(() => reader.WaitAsync(
            _topic, [new PartitionPosition(0, 1)], TimeSpan.FromMinutes(1), CancellationToken.None));
        await PassASecond();

        await _world.Append(writer, _topic, "b");

        Assert.True(await _world.Finish(waiting));
        Assert.Same(mistake, Assert.Single(_reported));
    }

    [Fact]
    public async Task What_storage_does_to_anyone_is_not_reported()
    {
        var (writer, reader) = (_world.StartNode(), ReportingNode());
        await _world.Append(writer, _topic, "a");
        await _world.ReadAll(reader, _topic);
        var failed = 0;
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.ReadSegment && failed++ < 3
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        var waiting = _world.Start(() => reader.WaitAsync(
            _topic, [new PartitionPosition(0, 1)], TimeSpan.FromMinutes(1), CancellationToken.None));
        await PassASecond();

        await _world.Append(writer, _topic, "b");

        Assert.True(await _world.Finish(waiting));
        Assert.True(failed > 1);
        Assert.Empty(_reported);
    }

    [Fact]
    public async Task A_mistake_behind_an_append_is_reported_and_the_append_is_acknowledged()
    {
        var node = ReportingNode();
        var mistake = new InvalidOperationException("a mistake");
        _world.Tables.Interception.Before = call => call.Operation == StorageOperation.GetRow
            ? throw mistake
            : ValueTask.CompletedTask;

        await _world.Append(node, _topic, "a");
        await PassASecond();

        Assert.Same(mistake, Assert.Single(_reported));
        Assert.Equal(["a"], await _world.ReadAll(node, _topic));
    }

    private EventLog ReportingNode()
    {
        var node = _world.StartNode();
        node.BackgroundFailed += _reported.Add;
        return node;
    }

    private Task<bool> PassASecond() => _world.Run(async () =>
    {
        await Task.Delay(TimeSpan.FromSeconds(1), _world.Time);
        return true;
    });
}
