using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>The world of one seed, put together, and its life.</summary>
internal sealed class SimulatedWorld
{
    // Longer than the latest delivery of any message.
    private static readonly TimeSpan AllDelivered = TimeSpan.FromMinutes(6);

    private readonly SimulatedProcess _network;
    private readonly StorageService _segments;
    private readonly StorageService _tables;
    private readonly NodeSurroundings _nodes;
    private readonly Nemesis _nemesis;
    private readonly List<ClientSeat> _seats;

    public SimulatedWorld(ulong seed, ICompression compression, EngineMeters meters, SimulationOptions options)
    {
        var random = new SeededRandom(seed);
        Knobs = options.Adjust(WorldKnobs.Draw(random.Fork("knobs")));
        Scheduler = new Scheduler(random.Fork("order"), new Trace(options.TraceText), options.Limits);
        Plan = new FaultPlan(SeededRandom.Derive(seed, "faults", 0), Knobs.Mix, options.Faults);
        var history = new History();
        _network = new SimulatedProcess(Scheduler, "network", ProcessNumbers.Network);
        _segments = new StorageService(
            new SimulatedProcess(Scheduler, "segments", ProcessNumbers.Segments), Knobs.Places);
        _tables = new StorageService(new SimulatedProcess(Scheduler, "tables", ProcessNumbers.Tables), Knobs.Places);
        var serviceClock = new SimulatedClock(_tables.Process, TimeSpan.Zero, driftPpm: 0);
        SegmentStore = new SimulatedSegmentStore
        {
            BlocksMax = Knobs.SegmentBlocksMax,
            DeletedNamesStayTaken = Knobs.Keeping is not null,
        };
        TableStore = new SimulatedTableStore(serviceClock);
        Recorded = new RecordedSegmentStore(SegmentStore, history, serviceClock);
        _nodes = new NodeSurroundings(
            Scheduler,
            _segments,
            options.DecorateSegments(Recorded),
            _tables,
            options.DecorateTables(new RecordedTableStore(TableStore, history, serviceClock)),
            Plan,
            Knobs.Nodes,
            meters,
            compression,
            random)
        {
            Decorate = options.DecorateNodes,
            Report = failure => Clients!.Report(failure),
        };
        var fleet = new Fleet(_nodes, _network, Knobs.Places);
        Clients = new ClientSurroundings(
            Scheduler, _network, fleet, Plan, history, compression, Knobs.Workload, random)
        {
            Keys = Knobs.Keeping?.Keys ?? 0,
        };
        _nemesis = new Nemesis(Plan, fleet, _segments, _tables, _network, Clients.Report);
        _seats =
        [
            .. Knobs.Seats.Select((role, number) =>
                new ClientSeat(Clients, number, Knobs.Workload.Turns, role.RunAsync)),
        ];
    }

    public WorldKnobs Knobs { get; }

    public Scheduler Scheduler { get; }

    public FaultPlan Plan { get; }

    public SimulatedSegmentStore SegmentStore { get; }

    public RecordedSegmentStore Recorded { get; }

    public SimulatedTableStore TableStore { get; }

    public ClientSurroundings Clients { get; }

    /// <summary>Begins, lives, heals, and is read to its end.</summary>
    public void Run()
    {
        Do("create the topic", _network.Start(async () =>
        {
            await FirstTopic.CreateAsync(Clients, Knobs.Partitions, Knobs.TopicConfigs);
            return true;
        }));
        Do("clients", _network.Start(LiveAsync));
        Do("final polls", _network.Start(async () =>
        {
            await FinalPolls.RunAsync(Clients);
            await _network.Delay(AllDelivered);
            await FinalPolls.RunAsync(Clients);
            await FinalMembers.RunAsync(Clients);
            if (Knobs.Keeping is not null)
            {
                await FinalKeepers.RunAsync(Clients);
                await FinalPolls.RunAsync(Clients);
            }

            return true;
        }));
    }

    private async ValueTask<bool> LiveAsync()
    {
        foreach (var place in Enumerable.Range(0, Knobs.Places))
        {
            Clients.Fleet.Start(place);
        }

        Plan.Begin();
        _network.After(Knobs.FaultTime, _ => _nemesis.Heal());
        _ = _nemesis.RunAsync();
        await Task.WhenAll(_seats.Select(static seat => seat.RunAsync()));
        _nemesis.Heal();
        return true;
    }

    private void Do(string what, Task task)
    {
        Scheduler.RunUntil(task, () => $"{what}; {string.Join("; ", _seats.Select(static seat => seat.Doing))}");

        // Completed: this only lets a fault of the simulation itself through.
        task.GetAwaiter().GetResult();
    }
}
