using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Nodes;

/// <summary>What every node of a world is built over.</summary>
/// <param name="Scheduler">Runs everything.</param>
/// <param name="Segments">The segment service.</param>
/// <param name="SegmentStore">The segments there; answers at once.</param>
/// <param name="Tables">The table service.</param>
/// <param name="TableStore">The rows there; answers at once.</param>
/// <param name="Plan">The faults.</param>
/// <param name="Knobs">The settings.</param>
/// <param name="Meters">The counters of all nodes together.</param>
/// <param name="Compression">The codecs.</param>
/// <param name="Random">Never drawn from, only forked.</param>
public sealed record NodeSurroundings(
    Scheduler Scheduler,
    StorageService Segments,
    ISegmentStore SegmentStore,
    StorageService Tables,
    ITableStore TableStore,
    FaultPlan Plan,
    NodeKnobs Knobs,
    EngineMeters Meters,
    ICompression Compression,
    SeededRandom Random)
{
    /// <summary>Puts something in front of a node's service; tests put defects there, to see them caught.</summary>
    public Func<NodeService, NodeService> Decorate { get; init; } = static service => service;

    /// <summary>Is told of every mistake of the program that no client would hear of; the run fails with it.</summary>
    public required Action<Exception> Report { get; init; }
}
