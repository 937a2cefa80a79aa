using System.Collections.Immutable;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>A small log that the real engine writes: short segments, frequent checkpoints, two nodes.</summary>
internal sealed class EngineLog : IDisposable
{
    private readonly EngineMeters _meters = new();

    public EngineLog() =>
        (Segments, Tables) = (new SimulatedSegmentStore(), new SimulatedTableStore(TimeProvider.System));

    public SimulatedSegmentStore Segments { get; }

    public SimulatedTableStore Tables { get; }

    public History History { get; } = new();

    public Topic Topic { get; } = TopicOf();

    public PartitionId Partition => new(Topic.Id, 0);

    public EventLog StartNode(int number) => new(
        new RecordedSegmentStore(Segments, History),
        new RecordedTableStore(Tables, History),
        new Codecs(),
        new NodeIdentity((UInt128)number, $"http://node{number}"),
        new EventLogSettings
        {
            Tuning = new LogTuning { SegmentBlocksMax = 5, CheckpointBlocks = 2, UnregisteredMax = 1 },
        },
        _meters,
        TimeProvider.System,
        new Random(number));

    /// <summary>Sends each value by itself, to two nodes in turn, and reads everything back.</summary>
    public async Task<History> WriteAsync(int count)
    {
        EventLog[] nodes = [StartNode(1), StartNode(2)];
        for (var value = 0; value < count; value++)
        {
            var send = new Request.Send(Partition, [value], SendIdentity.None) { Ordered = true };
            var operation = History.Invoke(process: 0, send, at: 0, node: value % 2);
            var outcome = await nodes[value % 2].AppendAsync(
                Topic, 0, BatchOf(value), TestContext.Current.CancellationToken);
            var appended = Assert.IsType<AppendOutcome.Appended>(outcome);
            History.Complete(operation, Answer.Sent.At(appended.BaseOffset, 1, duplicate: false), at: 0);
        }

        for (var offset = 0L; offset < count;)
        {
            offset = await ReadAsync(nodes[0], offset);
        }

        return History;
    }

    public ValueTask<StoredLog> ReadStoredAsync() =>
        StoredLog.ReadAsync(Segments, Tables, new Codecs(), TestContext.Current.CancellationToken);

    public void Dispose() => _meters.Dispose();

    private async Task<long> ReadAsync(EventLog node, long offset)
    {
        var operation = History.Invoke(1, new Request.Poll([new Position(Partition, offset)]), at: 0, node: 0);
        var outcome = await node.FetchAsync(Topic, 0, offset, 100, TestContext.Current.CancellationToken);
        var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
        ImmutableArray<SeenRecord> records =
        [
            .. fetched.Batches.SelectMany(static batch => RecordBatchReader.ReadRecords(batch, new Codecs()))
                .Where(record => record.Offset >= offset)
                .Select(static record => new SeenRecord(record.Offset, RecordValue.Decode(record.Value!.Value.Span))),
        ];
        var slice = new Slice(Partition, records, fetched.HighWatermark, fetched.LogStartOffset);
        History.Complete(operation, new Answer.Polled([slice]), at: 0);
        return records[^1].Offset + 1;
    }

    private static RecordBatch BatchOf(long value)
    {
        var builder = new RecordBatchBuilder();
        builder.Append(1_000 + value, null, RecordValue.Encode(value), []);
        return builder.Build();
    }

    private static Topic TopicOf()
    {
        Assert.True(TopicName.TryParse("orders", out var name, out _));
        var none = ImmutableSortedDictionary<string, string>.Empty;
        var configs = none.Add("append.interval.ms", "0");
        return new Topic(
            name, new TopicId((UInt128)7 << 24), 1, new TopicConfig(configs, none), DateTimeOffset.UnixEpoch);
    }
}
