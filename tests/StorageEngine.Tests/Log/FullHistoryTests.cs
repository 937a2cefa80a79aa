using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>A partition that remembers as much as it may, which takes a twelfth of a block.</summary>
public sealed class FullHistoryTests : IDisposable
{
    private readonly LogWorld _world = new();
    private readonly Topic _topic = LogWorld.TopicOf(1, ("max.message.bytes", "4100000"));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_largest_batch_waits_for_a_block_of_its_own_when_the_state_leaves_no_room_for_it()
    {
        var node = _world.StartNode();
        await FillAsync(node);
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        var heir = _world.StartNode();
        var largest = LogWorld.BatchOf(new string('x', BlockFormat.BatchBytesMax - 100));
        _world.Segments.Operations.Reset();

        var outcome = await _world.Send(heir, _topic, largest);

        Assert.Equal(5_000 + 8_192, Assert.IsType<AppendOutcome.Appended>(outcome).BaseOffset);
        Assert.Equal(2, _world.Segments.Operations.Appends);
    }

    [Fact]
    public async Task What_is_remembered_of_all_producers_and_requests_comes_through_a_take_over()
    {
        var node = _world.StartNode();
        await FillAsync(node);
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        var heir = _world.StartNode();
        await _world.Append(heir, _topic, "x");

        var reader = _world.StartNode();
        var producer = await _world.Send(reader, _topic, LogWorld.BatchBy(999, 0, 4, "4"));
        var request = await _world.Send(reader, _topic, LogWorld.BatchOf("4095"), Key(4_095));

        Assert.True(Assert.IsType<AppendOutcome.Appended>(producer).Duplicate);
        Assert.True(Assert.IsType<AppendOutcome.Appended>(request).Duplicate);
    }

    // Plain batches between those of the requests keep their runs apart.
    private async Task FillAsync(EventLog node)
    {
        var sends = new List<Task<AppendOutcome>>();
        for (var sequence = 0; sequence < 5; sequence++)
        {
            for (var producer = 0; producer < 1_000; producer++)
            {
                sends.Add(_world.Begin(node, _topic, LogWorld.BatchBy(producer, 0, sequence, $"{sequence}")));
            }
        }

        for (var ordinal = 0; ordinal < 4_096; ordinal++)
        {
            sends.Add(_world.Begin(node, _topic, LogWorld.BatchOf($"{ordinal}"), Key(ordinal)));
            sends.Add(_world.Begin(node, _topic, LogWorld.BatchOf("plain")));
        }

        var outcomes = await _world.Finish(Task.WhenAll(sends));
        Assert.All(outcomes, static outcome => Assert.IsType<AppendOutcome.Appended>(outcome));
    }

    private AppendConditions Key(int ordinal) => new() { Request = RequestKey.Of(_topic.Id, "stream", ordinal) };
}
