using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class RecoveryTests : IDisposable
{
    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Opening_reads_no_more_than_from_the_last_checkpoint()
    {
        var topic = LogWorld.TopicOf();
        var writer = _world.StartNode();
        for (var i = 0; i < 40; i++)
        {
            await _world.Append(writer, topic, new string('x', 1_000_000));
        }

        var heir = _world.StartNode();
        _world.Segments.Operations.Reset();
        await _world.Append(heir, topic, "next");

        // 8 MiB between checkpoints, one block that carries the checkpoint, and one read that went too far.
        Assert.InRange(_world.Segments.Operations.BytesRead, 0, 11L * 1024 * 1024);
        Assert.Equal(1, _world.Segments.Operations.Appends);
    }

    [Fact]
    public async Task A_log_of_tiny_blocks_is_opened_from_a_checkpoint_at_most_a_thousand_blocks_back()
    {
        var topic = LogWorld.TopicOf();
        var writer = _world.StartNode();
        for (var i = 0; i < 2_500; i++)
        {
            await _world.Append(writer, topic, "x");
        }

        var heir = _world.StartNode();
        _world.Segments.Operations.Reset();

        Assert.Equal(2_500, await _world.Append(heir, topic, "next"));
        Assert.InRange(_world.Segments.Operations.BytesRead, 0, 1_100 * 300);
    }

    [Fact]
    public async Task A_lost_update_of_the_head_row_only_makes_opening_read_further()
    {
        var topic = LogWorld.TopicOf();
        var writer = _world.StartNode();
        await _world.Append(writer, topic, "0");
        _world.Tables.Interception.Before = call => call.Operation == Simulation.StorageOperation.ExecuteTransaction
            ? throw new StorageUnavailableException("down")
            : ValueTask.CompletedTask;
        for (var i = 1; i < 1_500; i++)
        {
            await _world.Append(writer, topic, $"{i}");
        }

        _world.Tables.Interception.Before = null;

        Assert.Equal(1_500, await _world.Append(_world.StartNode(), topic, "next"));
    }

    [Fact]
    public async Task A_flipped_bit_is_reported_with_its_place_and_never_served()
    {
        var topic = LogWorld.TopicOf();
        await _world.Append(_world.StartNode(), topic, "a");
        var segment = await Segment();
        var bytes = new byte[10_000];
        var read = await _world.Segments.ReadAsync(segment, 0, bytes, TestContext.Current.CancellationToken);
        bytes[read.Count - 10] ^= 1;
        await _world.Segments.DeleteAsync(segment, TestContext.Current.CancellationToken);
        await _world.Segments.CreateAsync(segment, TestContext.Current.CancellationToken);
        await _world.Segments.AppendAsync(
            segment, 0, new(bytes.AsMemory(0, read.Count)), TestContext.Current.CancellationToken);

        var corrupt = await Assert.ThrowsAsync<CorruptDataException>(
            () => _world.Run(() => _world.StartNode().FetchAsync(topic, 0, 0, 1_000, CancellationToken.None)));

        Assert.Contains(segment.Value, corrupt.Message, StringComparison.Ordinal);
        Assert.Contains("CRC-32C", corrupt.Message, StringComparison.Ordinal);
    }

    private async Task<SegmentName> Segment()
    {
        await foreach (var segment in _world.Segments.ListAsync("", TestContext.Current.CancellationToken))
        {
            return segment;
        }

        throw new InvalidOperationException("There is no segment.");
    }
}
