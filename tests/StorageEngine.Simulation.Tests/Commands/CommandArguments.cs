using Serverless.StorageEngine.Simulation.Faults;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>The command line, understood.</summary>
internal sealed record CommandArguments
{
    /// <summary>What stands for an empty list.</summary>
    public const string None = "none";

    /// <summary>The seed to run again, or null to run many.</summary>
    public ulong? Replay { get; init; }

    /// <summary>The first of many seeds.</summary>
    public ulong From { get; init; } = 1;

    /// <summary>How many seeds.</summary>
    public int Seeds { get; init; } = 1_000;

    /// <summary>How many at the same time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Which faults strike.</summary>
    public FaultSelection Faults { get; init; } = FaultSelection.All;

    /// <summary>Where the trace goes, or null.</summary>
    public string? TraceFile { get; init; }

    /// <summary>Where the history goes, or null.</summary>
    public string? HistoryFile { get; init; }
}
