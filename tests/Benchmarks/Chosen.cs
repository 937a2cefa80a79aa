namespace Serverless.Benchmarks;

/// <summary>What <c>--only</c> leaves of a part.</summary>
internal static class Chosen
{
    /// <summary>Those whose name contains a text.</summary>
    /// <param name="all">All that the part runs.</param>
    /// <param name="nameOf">What each is called.</param>
    /// <param name="only">A part of a name, in any case of letters; empty for everything.</param>
    /// <exception cref="ArgumentException">There are none: a report of nothing would look like one.</exception>
    public static T[] Of<T>(IEnumerable<T> all, Func<T, string> nameOf, string only)
    {
        var known = all.ToArray();
        var chosen = known.Where(one => nameOf(one).Contains(only, StringComparison.OrdinalIgnoreCase)).ToArray();
        return chosen.Length > 0 ? chosen : throw new ArgumentException(
            $"Nothing here is called '{only}'. There are: {string.Join("; ", known.Select(nameOf))}", nameof(only));
    }
}
