namespace Serverless.StorageEngine.Storage;

/// <summary>A range of row keys in ordinal order: <paramref name="From"/> inclusive to <paramref name="To"/>
/// exclusive.</summary>
/// <param name="From">The first key, inclusive; empty for "from the first row".</param>
/// <param name="To">The end, exclusive; null for "to the last row".</param>
public readonly record struct RowRange(string From, string? To)
{
    /// <summary>All rows of a partition.</summary>
    public static RowRange All => new("", null);

    /// <summary>All keys that start with <paramref name="prefix"/> (at least one character).</summary>
    public static RowRange Prefix(string prefix) =>
        new(prefix, prefix[..^1] + (char)(prefix[^1] + 1));

    /// <summary>What remains of this range behind <paramref name="key"/>.</summary>
    public RowRange After(string key) => this with { From = key + " " };

    /// <summary>Whether <paramref name="key"/> lies in this range.</summary>
    public bool Contains(string key) =>
        string.CompareOrdinal(key, From) >= 0 && (To is null || string.CompareOrdinal(key, To) < 0);
}
