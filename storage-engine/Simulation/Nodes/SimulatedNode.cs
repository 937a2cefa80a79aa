using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Nodes;

/// <summary>One life of a node: the engine as the host puts it together, over storage as this node reaches
/// it.</summary>
public sealed class SimulatedNode
{
    // Wider than any crystal's error, and within what the engine says it bears.
    private const int DriftPpmMax = 200;

    private readonly EventLog _log;
    private readonly List<Action> _interrupted = [];

    internal SimulatedNode(
        NodeSurroundings around, int place, int life, NodeIdentity identity, CallCounts segmentCalls)
    {
        Place = place;
        Life = life;
        Identity = identity;
        Process = new SimulatedProcess(around.Scheduler, $"node{place}.{life}", ProcessNumbers.Node(life));
        var random = around.Random.Fork("node", life);
        Clock = DrawClock(random);
        var segments = new BoundedSegmentStore(
            new RemoteSegmentStore(
                around.SegmentStore, new StorageWire(around.Segments, Process, place, around.Plan, segmentCalls)),
            around.Meters,
            Clock);
        var tables = new BoundedTableStore(
            new RemoteTableStore(
                around.TableStore, new StorageWire(around.Tables, Process, place, around.Plan, segmentCalls)),
            around.Meters,
            Clock);
        _log = new EventLog(
            segments, tables, around.Compression, identity, around.Knobs.Log, around.Meters, Clock, random);
        _log.BackgroundFailed += around.Report;
        var topics = new TopicCatalog(tables, _log.DeleteLogsAsync, around.Knobs.Topics, Clock, random);
        var groups = new GroupCoordinator(tables, topics, around.Knobs.Groups, Clock, random);
        var reader = new GroupReader(groups, topics, _log, around.Compression, around.Knobs.Groups, Clock, random);
        var producers = new ProducerIds(tables, Clock, random);
        var keeper = new Keeper(_log, topics, around.Knobs.Keeper);
        Service = around.Decorate(new NodeService(_log, topics, producers, groups, reader, keeper));
    }

    /// <summary>Which place it fills; what is cut off or down is so for a place.</summary>
    public int Place { get; }

    /// <summary>Which of all lives of nodes it is; the history names nodes by it.</summary>
    public int Life { get; }

    /// <summary>Who it says it is.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>What it runs in.</summary>
    public SimulatedProcess Process { get; }

    /// <summary>Its idea of time.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>What it does for clients.</summary>
    public NodeService Service { get; }

    /// <summary>Has a client told when this life ends before its call does.</summary>
    public void WhenInterrupted(Action told) => _interrupted.Add(told);

    /// <summary>A call came to its end, so nobody needs to be told any more.</summary>
    public void Forget(Action told) => _interrupted.Remove(told);

    /// <summary>Ends this life at once.</summary>
    public void Kill()
    {
        Process.Note("kill");
        Process.Kill();
        _interrupted.ForEach(static told => told());
        _interrupted.Clear();
    }

    /// <summary>Ends this life in order, as a host that is asked to stop does.</summary>
    public async Task StopAsync()
    {
        Process.Note("stop");
        await Process.Start(async () =>
        {
            await _log.DisposeAsync();
            return true;
        });
        Kill();
    }

    // Most clocks are right; some are wrong by seconds, few by minutes.
    private SimulatedClock DrawClock(SeededRandom random)
    {
        var skew = random.NextDouble() switch
        {
            < 0.6 => TimeSpan.Zero,
            < 0.9 => random.Milliseconds(-5_000, 5_000),
            _ => random.Milliseconds(-300_000, 300_000),
        };
        return new SimulatedClock(Process, skew, random.Chance(0.5) ? 0 : random.Next(-DriftPpmMax, DriftPpmMax));
    }
}
