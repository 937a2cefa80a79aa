using System.Collections.Immutable;
using System.Globalization;
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

    /// <summary>Null when something in it is not known.</summary>
    public static CommandArguments? Parse(string[] args)
    {
        var arguments = new CommandArguments();
        var options = args.Skip(1);
        if (args is ["replay", var text, ..])
        {
            if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            {
                return null;
            }

            (arguments, options) = (arguments with { Replay = seed }, args.Skip(2));
        }

        foreach (var option in options.Chunk(2))
        {
            if (option is not [var name, var value] || arguments.With(name, value) is not { } next)
            {
                return null;
            }

            arguments = next;
        }

        return arguments;
    }

    private CommandArguments? With(string name, string value)
    {
        var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return name switch
        {
            "--seeds" when isNumber => this with { Seeds = number },
            "--from" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var from) =>
                this with { From = from },
            "--threads" when isNumber && number > 0 => this with { Threads = number },
            "--trace" => this with { TraceFile = value },
            "--history" => this with { HistoryFile = value },
            "--without" => Without(value),
            "--only" => Only(value),
            _ => null,
        };
    }

    private CommandArguments? Without(string value)
    {
        var kinds = ImmutableSortedSet.CreateBuilder<FaultKind>();
        foreach (var name in value.Split(','))
        {
            if (!FaultNames.TryParse(name, out var kind))
            {
                return null;
            }

            kinds.Add(kind);
        }

        return this with { Faults = Faults with { Without = kinds.ToImmutable() } };
    }

    private CommandArguments? Only(string value)
    {
        var faults = ImmutableHashSet.CreateBuilder<FaultId>();
        foreach (var text in value == None ? [] : value.Split(','))
        {
            if (!FaultId.TryParse(text, out var fault))
            {
                return null;
            }

            faults.Add(fault);
        }

        return this with { Faults = Faults with { Only = faults.ToImmutable() } };
    }
}
