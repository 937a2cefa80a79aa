using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Tests.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>One store in memory, nodes with keepers over it, and words for what happens to their logs.</summary>
internal sealed class KeeperWorld : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly LogWorld _world = new();

    /// <summary>The records that were appended, by topic and partition; their offsets are their places.</summary>
    private readonly Dictionary<PartitionId, List<(string Key, string Value, long Timestamp)>> _appended = [];

    public SimulatedTableStore Tables => _world.Tables;

    public SimulatedSegmentStore Segments => _world.Segments;

    public TimeProvider Time => _world.Time;

    public DateTimeOffset Now => _world.Time.GetUtcNow();

    public KeeperNode StartNode(KeeperSettings? settings = null, EventLogSettings? log = null)
    {
        var node = _world.StartWholeNode(log);
        return new KeeperNode(
            node.Log, node.Topics, new Keeper(node.Log, node.Topics, settings ?? new KeeperSettings()));
    }

    /// <summary>A node without a keeper.</summary>
    public EventLog StartLog(EventLogSettings settings) => _world.StartNode(settings);

    public void Pass(TimeSpan time) => _world.Time.Advance(time);

    public Task<T> Run<T>(Func<ValueTask<T>> work) => _world.Run(work);

    public Task<T> Start<T>(Func<ValueTask<T>> work) => _world.Start(work);

    public Task<T> Finish<T>(Task<T> task) => _world.Finish(task);

    public async Task<KeeperReport> Keep(KeeperNode node) =>
        Assert.IsType<KeeperOutcome.Ran>(await Run(() => node.Keeper.RunAsync(None))).Report;

    public async Task<Topic> Create(
        KeeperNode node, string name = "orders", int partitions = 1, params (string, string?)[] settings)
    {
        Assert.True(TopicName.TryParse(name, out var parsed, out _));
        var configs = settings.Select(static one => KeyValuePair.Create(one.Item1, one.Item2)).ToArray();
        return Assert.IsType<TopicCreation.Created>(await Run(() =>
            node.Topics.CreateAsync(parsed, partitions, configs, validateOnly: false, None))).Topic;
    }

    /// <summary>Appends records of a kilobyte, each in a block of its own, with the present time and one of five
    /// keys.</summary>
    public async Task Append(KeeperNode node, Topic topic, int count, int partition = 0)
    {
        var id = new PartitionId(topic.Id, partition);
        var all = _appended.TryGetValue(id, out var known) ? known : _appended[id] = [];
        for (var number = 0; number < count; number++)
        {
            var record = ($"k{all.Count % 5}", $"{all.Count:D4}".PadRight(1_000, '.'), Now.ToUnixTimeMilliseconds());
            var builder = new RecordBatchBuilder();
            builder.Append(
                record.Item3, Encoding.UTF8.GetBytes(record.Item1), Encoding.UTF8.GetBytes(record.Item2), []);
            var outcome = await Run(() => node.Log.AppendAsync(topic, partition, builder.Build(), None));
            Assert.Equal(all.Count, Assert.IsType<AppendOutcome.Appended>(outcome).BaseOffset);
            all.Add(record);
        }
    }

    public async Task Delete(KeeperNode node, Topic topic) =>
        await Run(() => node.Topics.DeleteAsync(topic.Name, None));

    public async Task<PartitionOffsets> Offsets(KeeperNode node, Topic topic, int partition = 0) =>
        (await Run(() => node.Log.GetOffsetsAsync(topic, partition, None)))!.Value;

    /// <summary>What a reader finds from the log's start on: each offset once, in order, with the record that was
    /// appended there.</summary>
    public async Task<long[]> ReadOffsets(KeeperNode node, Topic topic, int partition = 0)
    {
        var (offsets, appended) = (new List<long>(), _appended[new PartitionId(topic.Id, partition)]);
        var ends = await Offsets(node, topic, partition);
        for (var next = ends.LogStartOffset; next < ends.HighWatermark;)
        {
            var outcome = await Run(() => node.Log.FetchAsync(topic, partition, next, 100_000, None));
            if (outcome is FetchOutcome.OffsetOutOfRange gone)
            {
                Assert.True(gone.LogStartOffset > next, "The log's start lies behind what was asked for.");
                next = gone.LogStartOffset;
                continue;
            }

            var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
            foreach (var record in fetched.Batches.SelectMany(static batch =>
                RecordBatchReader.ReadRecords(batch, new Codecs())))
            {
                if (record.Offset < next)
                {
                    continue;
                }

                Assert.True(offsets.Count == 0 || record.Offset > offsets[^1]);
                Assert.Equal(appended[(int)record.Offset].Value, Encoding.UTF8.GetString(record.Value!.Value.Span));
                Assert.Equal(appended[(int)record.Offset].Timestamp, record.Timestamp);
                offsets.Add(record.Offset);
            }

            Assert.True(fetched.NextOffset > next);
            next = fetched.NextOffset;
        }

        return [.. offsets];
    }

    /// <summary>The names of all segments that have bytes; one that was created and never written to goes with its
    /// topic.</summary>
    public async Task<string[]> StoredSegments()
    {
        var names = new List<string>();
        await foreach (var name in Segments.ListAsync("", None))
        {
            if (await Segments.GetLengthAsync(name, None) is > 0)
            {
                names.Add(name.Value);
            }
        }

        return [.. names];
    }

    public async Task<LogRows> Rows(Topic topic, int partition = 0) =>
        (await new LogRowsTable(Tables, _world.Time, new Random(0))
            .ReadAsync(new PartitionId(topic.Id, partition).Log, None))!;

    /// <summary>Every segment with bytes is told of by a row, and every row of a segment has its bytes.</summary>
    public async Task CheckNothingIsLostOrForgotten(Topic topic, int partition = 0)
    {
        var (rows, stored) = (await Rows(topic, partition), await StoredSegments());
        var counting = rows.Segments.Select(static one => one.Row.Segment).ToArray();
        Assert.Subset(stored.ToHashSet(), counting.ToHashSet());
        var active = await Run(async () =>
            (await _world.StartNode().GetActiveSegmentAsync(topic, partition, None))!.Value.Name.Value);
        var discarded = rows.Discards.Select(static one => one.Row.Segment);
        string[] known = [.. counting, .. discarded, active, rows.Head.Segment];
        Assert.Subset(known.ToHashSet(), stored.ToHashSet());
    }

    public void Dispose() => _world.Dispose();
}
