using System.Globalization;

namespace Serverless.EndToEnd.Tests.Chaos;

/// <summary>How large a chaos run is, and the seed that decides everything else in it.</summary>
/// <param name="Seed">Drawn for each run, or set by <c>CHAOS_SEED</c>.</param>
/// <param name="Acts">How often the adversary acts: enough for some twenty seconds, or <c>CHAOS_ACTS</c>.</param>
internal sealed record ChaosPlan(int Seed, int Acts)
{
    private const int ActsDefault = 6;

    /// <summary>The nodes over the one store.</summary>
    public const int Nodes = 3;

    /// <summary>The partitions of the topic.</summary>
    public const int Partitions = 3;

    /// <summary>Reads the variables.</summary>
    public static ChaosPlan FromEnvironment() => new(
        Read("CHAOS_SEED") ?? Random.Shared.Next(1_000_000),
        Read("CHAOS_ACTS") ?? ActsDefault);

    private static int? Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;
}
