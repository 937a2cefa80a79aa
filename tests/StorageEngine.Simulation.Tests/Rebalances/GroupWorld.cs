using System.Text;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Checking.Groups;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>
/// Three nodes that serve one group over one topic. Time is what storage calls take, and what anyone waits on a clock;
/// computing takes none, and nothing is lost.
/// </summary>
internal sealed class GroupWorld : IDisposable
{
    private const int Nodes = 3;
    private static readonly SchedulerLimits Limits = new(StepsMax: 50_000_000, TimeSpan.FromHours(12));

    private readonly EngineMeters _meters = new();
    private readonly SeededRandom _random;
    private readonly Scheduler _scheduler;
    private readonly SimulatedSegmentStore _segments = new();
    private readonly SimulatedTableStore _tables;
    private readonly SimulatedClock _clock;
    private readonly WatchedTables _watched;
    private readonly List<Node> _nodes;

    /// <summary>A world without its topic.</summary>
    /// <param name="seed">Draws what is random.</param>
    /// <param name="partitions">How many partitions the topic will have.</param>
    /// <param name="latency">How long a call takes.</param>
    public GroupWorld(ulong seed, int partitions, Func<StorageCall, TimeSpan> latency)
    {
        _random = new SeededRandom(seed);
        _scheduler = new Scheduler(_random.Fork("order"), new Trace(null), Limits);
        Process = new SimulatedProcess(_scheduler, "process", 1);
        _clock = new SimulatedClock(Process, TimeSpan.Zero, driftPpm: 0);
        _tables = new SimulatedTableStore(_clock);
        foreach (var interception in new[] { _segments.Interception, _tables.Interception })
        {
            interception.Before = call => new ValueTask(Process.Delay(latency(call)));
        }

        Owners = new OwnerWatch(partitions, () => Now, () => _tables.Operations.Total);
        _watched = new WatchedTables(_tables, (_, key, row) =>
        {
            if (key.StartsWith("group|", StringComparison.Ordinal))
            {
                Owners.Observe(StoredGroup.Read(row.ToArray()));
            }
        });
        Partitions = partitions;
        _nodes = [.. Enumerable.Range(1, Nodes).Select(Start)];
    }

    public static GroupId Group { get; } =
        GroupId.TryParse("g", out var group, out var problem) ? group : throw new ArgumentException(problem);

    public static TopicName Topic { get; } =
        TopicName.TryParse("t", out var name, out var problem) ? name : throw new ArgumentException(problem);

    public int Partitions { get; }

    public SimulatedProcess Process { get; }

    public OwnerWatch Owners { get; }

    public TimeSpan Now => TimeSpan.FromTicks(_scheduler.Now);

    public StorageOperations TableCalls => _tables.Operations;

    public StorageOperations SegmentCalls => _segments.Operations;

    /// <summary>The node that serves a member.</summary>
    public Node NodeOf(int member) => _nodes[member % Nodes];

    /// <summary>A wait of random length.</summary>
    public Task PauseAsync(TimeSpan longest) => Process.Delay(_random.Between(TimeSpan.Zero, longest));

    /// <summary>Creates the topic, and lets something happen to its end.</summary>
    public T Run<T>(Func<Task<T>> work)
    {
        var task = Process.Start(async () =>
        {
            await _nodes[0].Topics.CreateAsync(
                new NewTopic(Topic, Partitions, [new("append.interval.ms", "0")]), validateOnly: false, default);
            return await work();
        });
        _scheduler.RunUntil(task, static () => "the measurement");
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Appends records to every partition.</summary>
    public async Task AppendAsync(int recordsEach)
    {
        var topic = await _nodes[0].Topics.FindAsync(Topic, default);
        for (var partition = 0; partition < Partitions; partition++)
        {
            var builder = new RecordBatchBuilder();
            for (var record = 0; record < recordsEach; record++)
            {
                builder.Append(1, null, Encoding.UTF8.GetBytes("0123456789"), []);
            }

            Assert.IsType<AppendOutcome.Appended>(
                await _nodes[0].Log.AppendAsync(topic!, partition, builder.Build(), default));
        }
    }

    public void Dispose() => _meters.Dispose();

    private Node Start(int number)
    {
        var (random, settings, codecs) = (_random.Fork("node", number), new GroupSettings(), new Codecs());
        var tables = new BoundedTableStore(_watched, _meters, _clock);
        var log = new EventLog(
            new BoundedSegmentStore(_segments, _meters, _clock),
            tables,
            codecs,
            new NodeIdentity((UInt128)number, ""),
            new EventLogSettings(),
            _meters,
            _clock,
            random);
        var topics = new TopicCatalog(tables, log.DeleteLogsAsync, new TopicCatalogSettings(), _clock, random);
        var groups = new GroupCoordinator(tables, topics, settings, _clock, random);
        return new Node(log, topics, groups, new GroupReader(groups, topics, log, codecs, settings, _clock, random));
    }

    internal sealed record Node(EventLog Log, TopicCatalog Topics, GroupCoordinator Groups, GroupReader Reader);
}
