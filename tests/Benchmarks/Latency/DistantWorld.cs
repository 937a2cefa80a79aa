using System.Collections.Immutable;
using System.Globalization;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.Benchmarks.Latency;

/// <summary>
/// Nodes over one distant storage service, in simulated time on one thread: storage calls take what the model says,
/// waiting takes what it takes, and computing takes no time. So a seed gives the same figures on every machine, however
/// busy it is.
/// </summary>
internal sealed class DistantWorld : IDisposable
{
    private static readonly SchedulerLimits Limits = new(StepsMax: 1_000_000_000, TimeSpan.FromDays(30));

    private readonly EngineMeters _meters = new();
    private readonly SeededRandom _random;
    private readonly Scheduler _scheduler;
    private readonly SimulatedTableStore _tables;
    private readonly BlobThrottle _throttle = new(LatencyModel.Default.AppendsPerSecondMax);
    private readonly SimulatedSegmentStore _segments = new();
    private readonly List<DistantSegments> _wires = [];
    private int _started;

    /// <summary>An empty store and no node.</summary>
    public DistantWorld(ulong seed)
    {
        _random = new SeededRandom(seed);
        _scheduler = new Scheduler(_random.Fork("order"), new Trace(null), Limits);
        Process = new SimulatedProcess(_scheduler, "world", 1);
        Clock = new SimulatedClock(Process, TimeSpan.Zero, driftPpm: 0);
        _tables = new SimulatedTableStore(Clock);
    }

    /// <summary>Runs everything.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>Everyone's clock.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>What all wires to the segments did together.</summary>
    public WireCounts Counts => new(
        _wires.Sum(static wire => wire.Appends),
        _wires.Sum(static wire => wire.Stored),
        _wires.Sum(static wire => wire.Reads),
        _wires.Sum(static wire => wire.BytesStored),
        _throttle.Refused);

    /// <summary>Milliseconds since the world began.</summary>
    public double NowMs => TimeSpan.FromTicks(_scheduler.Now).TotalMilliseconds;

    /// <summary>Runs the world until some work in it is done.</summary>
    public T Run<T>(Func<ValueTask<T>> work)
    {
        var task = Process.Start(work);
        _scheduler.RunUntil(task, static () => "a scenario");
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Another way to the segments, past any engine.</summary>
    public DistantSegments Connect()
    {
        var wire = new DistantSegments(
            _segments, LatencyModel.Default, _throttle, Clock, Process.Delay, _random.Fork("segments", ++_started));
        _wires.Add(wire);
        return wire;
    }

    /// <summary>Starts a node, with default settings.</summary>
    public EventLog StartNode()
    {
        var segments = Connect();
        var tables = new DistantTables(_tables, LatencyModel.Default, Process.Delay, _random.Fork("tables", _started));
        return new EventLog(
            new BoundedSegmentStore(segments, _meters, Clock),
            new BoundedTableStore(tables, _meters, Clock),
            new Codecs(),
            new NodeIdentity((UInt128)_started, ""),
            new EventLogSettings(),
            _meters,
            Clock,
            _random.Fork("node", _started));
    }

    /// <summary>A topic as the catalog would find it.</summary>
    /// <param name="partitions">How many partitions.</param>
    /// <param name="intervalMs">Its <c>append.interval.ms</c>.</param>
    public Topic CreateTopic(int partitions, int intervalMs) => new(
        TopicName.TryParse("benchmark", out var name, out _) ? name : throw new InvalidOperationException(),
        TopicId.Create(_random.Fork("topic")),
        partitions,
        new TopicConfig(
            ImmutableSortedDictionary<string, string>.Empty
                .Add("append.interval.ms", intervalMs.ToString(CultureInfo.InvariantCulture))
                .Add("log", "dedicated"),
            ImmutableSortedDictionary<string, string>.Empty),
        DateTimeOffset.UnixEpoch);

    /// <summary>Waits, in simulated time.</summary>
    public Task DelayAsync(double milliseconds) => Process.Delay(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A source of randomness that belongs to a name.</summary>
    public SeededRandom Fork(string name, long number = 0) => _random.Fork(name, number);

    /// <summary>Counts from 0 on.</summary>
    public void ResetCounts() => _wires.ForEach(static wire => wire.Reset());

    public void Dispose() => _meters.Dispose();
}
