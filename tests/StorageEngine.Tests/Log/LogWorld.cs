using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>One store in memory and as many nodes over it as a test wants; time passes only while a test
/// waits.</summary>
internal sealed class LogWorld : IDisposable
{
    private readonly OneThread _thread = new();
    private int _nodes;

    public LogWorld() => Tables = new SimulatedTableStore(Time);

    /// <summary>The counters of all nodes together.</summary>
    public EngineMeters Meters { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public SimulatedSegmentStore Segments { get; init; } = new();

    public SimulatedTableStore Tables { get; init; }

    /// <summary>The segments as the nodes see them; <see cref="Segments"/> when nothing else is said.</summary>
    public ISegmentStore? Store { get; init; }

    /// <summary>How far the time goes at once when nothing can be done without it.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(1);

    public EventLog StartNode(EventLogSettings? settings = null) => StartWholeNode(settings).Log;

    /// <summary>A node with topics and groups beside its logs, as a process has them.</summary>
    public WholeNode StartWholeNode(EventLogSettings? settings = null)
    {
        var number = Interlocked.Increment(ref _nodes);
        var (tables, random) = (new BoundedTableStore(Tables, Meters, Time), new Random(number));
        var log = new EventLog(
            new BoundedSegmentStore(Store ?? Segments, Meters, Time),
            tables,
            new Codecs(),
            new NodeIdentity((UInt128)number, $"http://node{number}"),
            settings ?? new EventLogSettings(),
            Meters,
            Time,
            random);
        var topics = new TopicCatalog(tables, log.DeleteLogsAsync, new TopicCatalogSettings(), Time, random);
        var groups = new GroupCoordinator(tables, topics, new GroupSettings(), Time, random);
        var reader = new GroupReader(groups, topics, log, new Codecs(), new GroupSettings(), Time, random);
        return new WholeNode(log, topics, groups, reader);
    }

    public static Topic TopicOf(int partitions = 1, params (string Name, string Value)[] configs)
    {
        Assert.True(TopicName.TryParse("orders", out var name, out _));
        var overrides = configs.ToImmutableSortedDictionary(c => c.Name, c => c.Value);
        return new Topic(
            name,
            new TopicId((UInt128)7 << 24),
            partitions,
            new TopicConfig(overrides, ImmutableSortedDictionary<string, string>.Empty),
            DateTimeOffset.UnixEpoch);
    }

    public static RecordBatch BatchOf(params string[] values) => BatchAt(1_000, values);

    public static RecordBatch BatchAt(long timestamp, params string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(timestamp, null, Encoding.UTF8.GetBytes(value), []);
        }

        return builder.Build();
    }

    /// <summary>A batch of an idempotent producer.</summary>
    public static RecordBatch BatchBy(long producerId, short epoch, int sequence, params string[] values)
    {
        var builder = new RecordBatchBuilder();
        foreach (var value in values)
        {
            builder.Append(1_000, null, Encoding.UTF8.GetBytes(value), []);
        }

        builder.SetProducer(producerId, epoch, sequence);
        return builder.Build();
    }

    /// <summary>Begins some work on the one thread of this world; it goes on while <see cref="Run{T}"/> runs.</summary>
    public Task<T> Start<T>(Func<ValueTask<T>> work)
    {
        var outside = SynchronizationContext.Current;
        _thread.Adopt();
        SynchronizationContext.SetSynchronizationContext(_thread);
        try
        {
            return work().AsTask();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    /// <summary>Begins some work that has no outcome.</summary>
    public Task Start(Func<ValueTask> work) => Start(async () =>
    {
        await work();
        return true;
    });

    /// <summary>Does some work to its end. Time passes only when nothing can be done without it.</summary>
    public Task<T> Run<T>(Func<ValueTask<T>> work) => Finish(Start(work));

    /// <summary>Lets everything go on until a task is done.</summary>
    public Task<T> Finish<T>(Task<T> task)
    {
        _thread.Adopt();
        while (!task.IsCompleted)
        {
            if (!_thread.TryRunNext())
            {
                Time.Advance(Step);
            }
        }

        return task;
    }

    public async Task<long> Append(EventLog node, Topic topic, params string[] values)
    {
        var outcome = await Run(() => node.AppendAsync(topic, 0, BatchOf(values), CancellationToken.None));
        return Assert.IsType<AppendOutcome.Appended>(outcome).BaseOffset;
    }

    /// <summary>Appends to partition 0 and returns whatever the answer is.</summary>
    public Task<AppendOutcome> Send(
        EventLog node, Topic topic, RecordBatch batch, AppendConditions? conditions = null) =>
        Run(() => node.AppendAsync(topic, 0, batch, conditions ?? AppendConditions.None, CancellationToken.None));

    /// <summary>Begins to append to partition 0.</summary>
    public Task<AppendOutcome> Begin(
        EventLog node, Topic topic, RecordBatch batch, AppendConditions? conditions = null) =>
        Start(() => node.AppendAsync(topic, 0, batch, conditions ?? AppendConditions.None, CancellationToken.None));

    /// <summary>All values of partition 0 from an offset on, as <paramref name="node"/> sees them.</summary>
    public async Task<string[]> ReadAll(EventLog node, Topic topic, long offset = 0)
    {
        var values = new List<string>();
        while (true)
        {
            var outcome = await Run(() => node.FetchAsync(topic, 0, offset, 1_000_000, CancellationToken.None));
            var fetched = Assert.IsType<FetchOutcome.Fetched>(outcome);
            if (fetched.Batches.Count == 0)
            {
                return [.. values];
            }

            foreach (var record in fetched.Batches.SelectMany(batch => RecordBatchReader.ReadRecords(batch, new Codecs())))
            {
                if (record.Offset >= offset)
                {
                    Assert.Equal(offset, record.Offset);
                    values.Add(Encoding.UTF8.GetString(record.Value!.Value.Span));
                    offset++;
                }
            }
        }
    }

    public void Dispose() => Meters.Dispose();
}
