using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class UnknownOutcomeTests : IDisposable
{
    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task An_append_whose_answer_was_lost_is_found_by_its_nonce_and_stored_once()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "a");
        LoseNextAnswer();

        Assert.Equal(1, await _world.Append(node, topic, "b"));

        Assert.Equal(["a", "b"], await _world.ReadAll(node, topic));
    }

    [Fact]
    public async Task An_append_whose_request_was_lost_is_sent_again_and_stored_once()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "a");
        LoseNextRequest();

        Assert.Equal(1, await _world.Append(node, topic, "b"));

        Assert.Equal(["a", "b"], await _world.ReadAll(node, topic));
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_found_out_is_reported_as_unknown()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.Before = call => call.Operation switch
        {
            StorageOperation.Append => throw new StorageOutcomeUnknownException("no answer"),
            _ => throw new StorageUnavailableException("down"),
        };

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            () => _world.Run(() => node.AppendAsync(topic, 0, LogWorld.BatchOf("b"), CancellationToken.None)));
    }

    [Fact]
    public async Task A_block_that_lands_after_its_producer_gave_up_takes_its_offsets_and_the_next_one_follows()
    {
        var node = _world.StartNode();
        var topic = LogWorld.TopicOf();
        await _world.Append(node, topic, "a");
        _world.Segments.Interception.After = call => call.Operation == StorageOperation.Append
            ? throw new StorageOutcomeUnknownException("no answer")
            : ValueTask.CompletedTask;
        _world.Segments.Interception.Before = call => call.Operation == StorageOperation.ReadSegment
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            () => _world.Run(() => node.AppendAsync(topic, 0, LogWorld.BatchOf("b"), CancellationToken.None)));

        (_world.Segments.Interception.Before, _world.Segments.Interception.After) = (null, null);

        Assert.Equal(2, await _world.Append(node, topic, "c"));
        Assert.Equal(["a", "b", "c"], await _world.ReadAll(node, topic));
    }

    private void LoseNextAnswer() => _world.Segments.Interception.After = Once();

    private void LoseNextRequest() => _world.Segments.Interception.Before = Once();

    private static Func<StorageCall, ValueTask> Once()
    {
        var done = false;
        return call =>
        {
            if (call.Operation != StorageOperation.Append || done)
            {
                return ValueTask.CompletedTask;
            }

            done = true;
            throw new StorageOutcomeUnknownException("connection reset");
        };
    }
}
