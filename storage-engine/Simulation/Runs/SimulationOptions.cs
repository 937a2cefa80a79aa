using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>What a run does otherwise than its seed says.</summary>
public sealed record SimulationOptions
{
    /// <summary>Nothing.</summary>
    public static SimulationOptions Default { get; } = new();

    /// <summary>Which of the seed's faults strike.</summary>
    public FaultSelection Faults { get; init; } = FaultSelection.All;

    /// <summary>Where the trace goes as text, or null.</summary>
    public TextWriter? TraceText { get; init; }

    /// <summary>When a run counts as stuck.</summary>
    public SchedulerLimits Limits { get; init; } = SchedulerLimits.Default;

    /// <summary>
    /// Puts something around the segment store that answers at once, before what takes effect is recorded; for defects.
    /// </summary>
    public Func<ISegmentStore, ISegmentStore> DecorateSegments { get; init; } = static store => store;

    /// <summary>The same for the table store.</summary>
    public Func<ITableStore, ITableStore> DecorateTables { get; init; } = static store => store;

    /// <summary>Puts something around what nodes do for clients; for defects.</summary>
    public Func<NodeService, NodeService> DecorateNodes { get; init; } = static service => service;

    /// <summary>Changes what the seed drew, for a test that needs a certain world.</summary>
    public Func<WorldKnobs, WorldKnobs> Adjust { get; init; } = static knobs => knobs;
}
