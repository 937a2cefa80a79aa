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

    /// <summary>Reads the variables of the environment.</summary>
    /// <exception cref="InvalidOperationException">One of them is no such number.</exception>
    public static ChaosPlan FromEnvironment() => Read(Environment.GetEnvironmentVariable, Random.Shared);

    /// <summary>Reads the variables.</summary>
    /// <param name="valueOf">The value of a variable; null or empty when it is not set.</param>
    /// <param name="random">Draws the seed where none is set.</param>
    /// <exception cref="InvalidOperationException">One of them is no such number.</exception>
    public static ChaosPlan Read(Func<string, string?> valueOf, Random random) => new(
        Number("CHAOS_SEED", 0, valueOf) ?? random.Next(1_000_000),
        Number("CHAOS_ACTS", 1, valueOf) ?? ActsDefault);

    private static int? Number(string variable, int least, Func<string, string?> valueOf)
    {
        if (valueOf(variable) is not { Length: > 0 } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new InvalidOperationException(
                $"{variable} is '{text}'; it is a number from {least} to {int.MaxValue}.");
    }
}
