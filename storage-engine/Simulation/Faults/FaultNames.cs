using System.Collections.Immutable;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>The kinds of faults as a command line writes them: <c>answer-lost</c>.</summary>
public static class FaultNames
{
    private static readonly ImmutableArray<string> Names = [.. Enum.GetNames<FaultKind>().Select(Kebab)];

    /// <summary>The name of a kind.</summary>
    public static string Of(FaultKind kind) => Names[(int)kind];

    /// <summary>The kind of a name; false when there is none.</summary>
    public static bool TryParse(string name, out FaultKind kind)
    {
        var index = Names.IndexOf(name);
        kind = (FaultKind)Math.Max(0, index);
        return index >= 0;
    }

    private static string Kebab(string name) => string.Concat(name.Select(static (letter, at) =>
        char.IsUpper(letter) ? $"{(at == 0 ? "" : "-")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
