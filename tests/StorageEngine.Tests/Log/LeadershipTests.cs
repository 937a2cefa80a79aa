using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class LeadershipTests : IDisposable
{
    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_guest_appends_behind_the_leader_without_taking_over()
    {
        var (leader, guest, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf());
        await _world.Append(leader, topic, "a");

        Assert.Equal(1, await _world.Append(guest, topic, "b"));
        Assert.Equal(2, await _world.Append(leader, topic, "c"));

        Assert.Equal(["a", "b", "c"], await _world.ReadAll(guest, topic));
        Assert.Equal(0, leader.ChoosePartition(topic));
    }

    [Fact]
    public async Task Two_nodes_that_write_at_once_lose_and_repeat_nothing()
    {
        var (first, second, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf());

        var appends = Enumerable.Range(0, 200).Select(i => _world.Start(() =>
            (i % 2 == 0 ? first : second).AppendAsync(topic, 0, LogWorld.BatchOf($"{i}"), CancellationToken.None)));
        var outcomes = await _world.Finish(Task.WhenAll(appends));

        var values = await _world.ReadAll(first, topic);
        Assert.Equal(200, values.Distinct().Count());
        Assert.Equal(200, values.Length);
        for (var i = 0; i < outcomes.Length; i++)
        {
            Assert.Equal($"{i}", values[((AppendOutcome.Appended)outcomes[i]).BaseOffset]);
        }
    }

    [Fact]
    public async Task A_replaced_leader_that_wakes_up_finds_its_position_taken_and_steps_down()
    {
        var (old, heir, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf());
        await _world.Append(old, topic, "a");
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.Append(heir, topic, "b");

        Assert.Equal(2, await _world.Append(old, topic, "c"));

        Assert.Equal(["a", "b", "c"], await _world.ReadAll(heir, topic));
        var epochs = await Epochs(topic, heir);
        Assert.Equal(epochs.Order(), epochs);
        Assert.Equal(2, epochs[^1]);
    }

    [Fact]
    public async Task A_node_that_gave_its_lease_back_is_replaced_without_waiting()
    {
        var (old, heir, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf());
        await _world.Append(old, topic, "a");
        await _world.Run(async ValueTask<bool> () =>
        {
            await old.DisposeAsync();
            return true;
        });

        await _world.Append(heir, topic, "b");

        var epochs = await Epochs(topic, heir);
        Assert.Equal([1, 2], epochs);
    }

    [Fact]
    public async Task A_guest_that_writes_nearly_everything_is_handed_the_log()
    {
        var (leader, guest, topic) = (_world.StartNode(), _world.StartNode(), LogWorld.TopicOf());
        await _world.Append(leader, topic, "a");
        for (var i = 0; i < 30; i++)
        {
            await _world.Append(guest, topic, new string('x', 1_000));
            _world.Time.Advance(TimeSpan.FromMilliseconds(400));
        }

        await _world.Append(leader, topic, "b");
        await _world.ReadAll(guest, topic);
        _world.Segments.Operations.Reset();
        await _world.Append(guest, topic, "c");

        Assert.Equal(1, _world.Segments.Operations.Total);
        var epochs = await Epochs(topic, guest);
        Assert.Equal([1, 2], epochs.Distinct());
    }

    [Fact]
    public async Task A_log_is_not_handed_over_by_the_block_that_a_full_segment_needs_for_its_seal()
    {
        using var world = new LogWorld { Segments = new SimulatedSegmentStore { BlocksMax = 33 } };
        var settings = new EventLogSettings { Tuning = LogTuning.Default with { SegmentBlocksMax = 32 } };
        var (leader, guest, topic) = (world.StartNode(settings), world.StartNode(settings), LogWorld.TopicOf());
        await world.Append(leader, topic, "a");
        for (var i = 0; i < 30; i++)
        {
            await world.Append(guest, topic, new string('x', 1_000));
            world.Time.Advance(TimeSpan.FromMilliseconds(400));
        }

        await world.Append(leader, topic, "b");
        await world.ReadAll(guest, topic);

        Assert.Equal(32, await world.Append(guest, topic, "c"));
    }

    [Fact]
    public async Task A_writer_whose_seal_is_found_late_leaves_the_next_segment_room_for_its_own_seal()
    {
        using var world = new LogWorld { Segments = new SimulatedSegmentStore { BlocksMax = 4 } };
        var settings = new EventLogSettings { Tuning = LogTuning.Default with { SegmentBlocksMax = 3 } };
        var (leader, guest, topic) = (world.StartNode(settings), world.StartNode(settings), LogWorld.TopicOf());
        foreach (var value in (string[])["a", "b", "c"])
        {
            await world.Append(leader, topic, value);
        }

        var (isSealed, isFilled) = (new TaskCompletionSource<bool>(), new TaskCompletionSource());
        world.Segments.Interception.After = async call =>
        {
            if (call.Operation == StorageOperation.Append)
            {
                world.Segments.Interception.After = null;
                isSealed.SetResult(true);
                await isFilled.Task;
                throw new StorageOutcomeUnknownException("the answer to the seal was lost");
            }
        };
        var last = world.Start(() => leader.AppendAsync(topic, 0, LogWorld.BatchOf("d"), CancellationToken.None));
        await world.Finish(isSealed.Task);
        foreach (var value in (string[])["e", "f", "g"])
        {
            await world.Append(guest, topic, value);
        }

        isFilled.SetResult();
        await world.Finish(last);

        Assert.Equal(7, await world.Append(guest, topic, "h"));
    }

    private async Task<int[]> Epochs(StorageEngine.Topics.Topic topic, EventLog node)
    {
        var outcome = await _world.Run(() => node.FetchAsync(topic, 0, 0, int.MaxValue, CancellationToken.None));
        return [.. Assert.IsType<FetchOutcome.Fetched>(outcome).Batches.Select(batch => batch.LeaderEpoch)];
    }
}
