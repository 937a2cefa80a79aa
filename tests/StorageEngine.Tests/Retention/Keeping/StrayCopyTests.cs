using System.Buffers;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Keeping;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>Copies that were written after all had given them up.</summary>
public sealed class StrayCopyTests : IDisposable
{
    private static readonly (string, string?)[] Copying =
    [
        ("segment.bytes", "16384"), ("retention.ms", "-1"), ("local.retention.ms", "1000"),
        ("file.delete.delay.ms", "60000"),
    ];

    private readonly KeeperWorld _world = new();

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_copy_that_no_row_names_is_given_up_and_goes()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, partitions: 2, settings: Copying);
        await _world.Append(node, topic, 3);
        await _world.Append(node, topic, 3, partition: 1);
        var stored = await _world.StoredSegments();
        await Write(CopyOf(topic, partition: 0, nonce: 1));
        await Write(CopyOf(topic, partition: 1, nonce: 1));
        await Write(CopyOf(topic, partition: 1, nonce: 2));

        Assert.Equal(3, (await _world.Keep(node)).Did.CopiesGivenUp);
        Assert.Equal(3, (await _world.Keep(node)).Did.SegmentsDeleted);

        Assert.Equal(stored, await _world.StoredSegments());
        Assert.Empty((await _world.Rows(topic, partition: 1)).Discards);
    }

    [Fact]
    public async Task Copies_that_rows_tell_of_stay()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Copying);
        await _world.Append(node, topic, 40);
        _world.Pass(TimeSpan.FromSeconds(2));
        await _world.Keep(node);
        var announced = CopyOf(topic, partition: 0, nonce: 1);
        await _world.Run(() => Table.BeginCopyAsync(LogOf(topic), announced, None));
        await Write(announced);
        var stored = await _world.StoredSegments();
        Assert.Contains(stored, name => name.StartsWith("copies/", StringComparison.Ordinal) && name != announced.Value);

        Assert.Equal(0, await _world.Run(() => new StrayCopies(_world.Segments, Table).GiveUpAsync(topic.Id, None)));

        Assert.Equal(stored, await _world.StoredSegments());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_announced_or_comes_to_count_while_the_rows_are_read_stays(bool counts)
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: [("segment.bytes", "16384"), ("retention.ms", "-1")]);
        await _world.Append(node, topic, 20);
        var copy = await Write(CopyOf(topic, partition: 0, nonce: 1));
        var rows = await _world.Rows(topic);
        _world.Tables.Interception.Before = async call =>
        {
            if (call.Operation == StorageOperation.ExecuteTransaction)
            {
                _world.Tables.Interception.Before = null;
                var copying = await Table.BeginCopyAsync(rows.Log, copy, None);
                var row = rows.Segments[0].Row with { Segment = copy.Value, Copied = true };
                Assert.True(!counts || await Table.SwitchAsync(rows.Log, [rows.Segments[0]], row, copying!, None));
            }
        };

        Assert.Equal(
            0, await _world.Run(() => Table.GiveUpStraysAsync(rows.Log, [copy.Value], None)));

        var after = await _world.Rows(topic);
        Assert.Equal(counts, after.Segments[0].Row.Segment == copy.Value);
        Assert.DoesNotContain(after.Discards, static one => one.Row.State == StorageEngine.Log.Rows.DiscardState.Deleting);
    }

    [Fact]
    public async Task The_copies_of_a_topic_are_listed_once_a_day()
    {
        var node = _world.StartNode();
        await _world.Create(node);
        await _world.Keep(node);
        var listed = _world.Segments.Operations.Count(StorageOperation.ListSegments);

        _world.Pass(TimeSpan.FromHours(23));
        await _world.Keep(node);
        Assert.Equal(listed, _world.Segments.Operations.Count(StorageOperation.ListSegments));

        _world.Pass(TimeSpan.FromHours(1));
        await _world.Keep(node);
        Assert.Equal(listed + 1, _world.Segments.Operations.Count(StorageOperation.ListSegments));
    }

    [Fact]
    public async Task Copies_of_a_topic_that_is_gone_go_when_it_is_forgotten()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings: Copying);
        await _world.Append(node, topic, 3);
        await _world.Keep(node);
        await _world.Run(() => node.Topics.DeleteAsync(topic.Name, None));
        await Write(CopyOf(topic, partition: 0, nonce: 1));

        _world.Pass(TimeSpan.FromDays(1));
        await _world.Keep(node);

        Assert.Empty(await _world.StoredSegments());
    }

    private LogRowsTable Table => new(_world.Tables, TimeProvider.System, new Random(1));

    private static LogId LogOf(Topic topic) => new PartitionId(topic.Id, 0).Log;

    private static SegmentName CopyOf(Topic topic, int partition, long nonce) =>
        LogKeys.CopyName(new PartitionId(topic.Id, partition), baseOffset: 0, nonce);

    private Task<SegmentName> Write(SegmentName name) => _world.Run(async () =>
    {
        await _world.Segments.StageAsync(name, 0, new ReadOnlySequence<byte>(new byte[100]), None);
        await _world.Segments.CommitAsync(name, 1, None);
        return name;
    });
}
