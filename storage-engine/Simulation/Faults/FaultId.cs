using System.Globalization;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>
/// Names one fault of a seed by where it strikes, so that it stays the same fault when others are left out.
/// </summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Place">Where: a node's place and an operation, a client, or the plan of a node's life.</param>
/// <param name="Count">The how-manieth chance of a fault at that place it is.</param>
public readonly record struct FaultId(FaultKind Kind, string Place, long Count)
{
    /// <summary>As a command line writes it: <c>answer-lost@node2/Append#17</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{FaultNames.Of(Kind)}@{Place}#{Count}");

    /// <summary>Reads what <see cref="ToString"/> wrote; false for anything else.</summary>
    public static bool TryParse(string text, out FaultId id)
    {
        var (at, hash) = (text.IndexOf('@', StringComparison.Ordinal), text.LastIndexOf('#'));
        id = default;
        if (at < 0 || hash < at || !FaultNames.TryParse(text[..at], out var kind)
            || !long.TryParse(text.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        id = new FaultId(kind, text[(at + 1)..hash], count);
        return true;
    }
}
