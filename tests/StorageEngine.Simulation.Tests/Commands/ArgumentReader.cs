using System.Collections.Immutable;
using System.Globalization;
using Serverless.StorageEngine.Simulation.Faults;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

/// <summary>
/// Understands the command line. Every refusal is a sentence that names the wrong part and what would be right.
/// </summary>
internal static class ArgumentReader
{
    private static readonly string[] OfRun = ["--seeds", "--from", "--threads"];

    private static readonly string[] OfReplay = ["--without", "--only", "--trace", "--history"];

    private static readonly string Kinds =
        string.Join(", ", Enum.GetValues<FaultKind>().Select(static kind => FaultNames.Of(kind)));

    /// <summary>Reads a command.</summary>
    /// <param name="args">Begins with <c>run</c> or <c>replay</c>.</param>
    /// <param name="arguments">What is asked for, when the result is null.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(string[] args, out CommandArguments arguments)
    {
        arguments = new CommandArguments();
        if (args is not ["replay", .. var rest])
        {
            return ReadOptions(args[1..], OfRun, ref arguments);
        }

        if (rest is [] || IsOption(rest[0]))
        {
            return "'replay' needs the seed that is to be run again, as in 'replay 42'.";
        }

        var broken = ReadNumber("The seed", rest[0], 0, ulong.MaxValue, out var seed);
        arguments = arguments with { Replay = seed };
        return broken ?? ReadOptions(rest[1..], OfReplay, ref arguments);
    }

    private static string? ReadOptions(string[] options, string[] known, ref CommandArguments arguments)
    {
        foreach (var option in options.Chunk(2))
        {
            var broken = !known.Contains(option[0])
                ? $"'{option[0]}' is no option here; there are {string.Join(", ", known)}."
                : option is not [var name, var value] || IsOption(value)
                    ? $"{option[0]} needs a value behind it."
                    : ReadOption(name, value, ref arguments);
            if (broken is not null)
            {
                return broken;
            }
        }

        return null;
    }

    private static string? ReadOption(string name, string value, ref CommandArguments arguments)
    {
        string? broken = null;
        var number = 0UL;
        arguments = name switch
        {
            "--seeds" when (broken = ReadNumber(name, value, 1, int.MaxValue, out number)) is null =>
                arguments with { Seeds = (int)number },
            "--threads" when (broken = ReadNumber(name, value, 1, int.MaxValue, out number)) is null =>
                arguments with { Threads = (int)number },
            "--from" when (broken = ReadNumber(name, value, 0, ulong.MaxValue, out number)) is null =>
                arguments with { From = number },
            "--without" when (broken = ReadKinds(value, out var kinds)) is null =>
                arguments with { Faults = arguments.Faults with { Without = kinds } },
            "--only" when (broken = ReadFaults(value, out var faults)) is null =>
                arguments with { Faults = arguments.Faults with { Only = faults } },
            "--trace" => arguments with { TraceFile = value },
            "--history" => arguments with { HistoryFile = value },
            _ => arguments,
        };
        return broken;
    }

    private static string? ReadNumber(string name, string value, ulong least, ulong most, out ulong number) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= least
        && number <= most
            ? null
            : $"{name} is '{value}'; it is a number from {least} to {most}.";

    private static string? ReadKinds(string value, out ImmutableSortedSet<FaultKind> kinds)
    {
        kinds = [];
        foreach (var name in value.Split(','))
        {
            if (!FaultNames.TryParse(name, out var kind))
            {
                return $"--without: '{name}' is no kind of fault; there are {Kinds}.";
            }

            kinds = kinds.Add(kind);
        }

        return null;
    }

    private static string? ReadFaults(string value, out ImmutableHashSet<FaultId> faults)
    {
        faults = [];
        foreach (var text in value == CommandArguments.None ? [] : value.Split(','))
        {
            if (!FaultId.TryParse(text, out var fault))
            {
                return $"--only: '{text}' is no fault; one is written like answer-lost@node2/Append#17, and "
                    + $"'{CommandArguments.None}' stands for no fault at all. The kinds are {Kinds}.";
            }

            faults = faults.Add(fault);
        }

        return null;
    }

    private static bool IsOption(string text) => text.StartsWith("--", StringComparison.Ordinal);
}
