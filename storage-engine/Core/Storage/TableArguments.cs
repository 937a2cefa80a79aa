using System.Buffers;

namespace Serverless.StorageEngine.Storage;

/// <summary>The argument rules of <see cref="ITableStore"/>, the same for every adapter.</summary>
/// <remarks>
/// Breaking one is a bug of the caller, so it is an <see cref="ArgumentException"/> and nothing was done.
/// </remarks>
public static class TableArguments
{
    // The service disallows these and all control characters in keys. Surrogates are refused as well: the adapters
    // would order them differently (by UTF-16 unit or by code point). TableKey.Escape produces none of them.
    private static readonly SearchValues<char> Disallowed = SearchValues.Create(DisallowedCharacters());

    /// <summary>Refuses a partition or row key that is too long or holds a character that keys may not hold.</summary>
    public static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > TableLimits.KeyLengthMax)
        {
            throw new ArgumentException(
                $"A key has at most {TableLimits.KeyLengthMax} characters, not {key.Length}.", nameof(key));
        }

        if (key.AsSpan().ContainsAny(Disallowed))
        {
            throw new ArgumentException(
                $"'{key}' is no key: '/', '\\', '#', '?', control characters and surrogates are not allowed.",
                nameof(key));
        }
    }

    /// <summary>
    /// Refuses a page size outside 1 to <see cref="TableLimits.PageRowsMax"/>, and a bad partition key.
    /// </summary>
    public static void CheckQuery(string partition, int rowsMax)
    {
        CheckKey(partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowsMax, TableLimits.PageRowsMax);
    }

    /// <summary>
    /// Refuses a transaction that is empty, too large, names a row twice, or has a bad key or too large a row.
    /// </summary>
    public static void CheckTransaction(string partition, IReadOnlyList<RowChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        CheckKey(partition);
        if (changes.Count is < 1 or > TableLimits.TransactionRowsMax)
        {
            throw new ArgumentException(
                $"A transaction has 1 to {TableLimits.TransactionRowsMax} changes, not {changes.Count}.",
                nameof(changes));
        }

        var bytes = 0;
        for (var i = 0; i < changes.Count; i++)
        {
            bytes += CheckChange(changes[i]);
            CheckNotNamedBefore(changes, i);
        }

        if (bytes > TableLimits.TransactionBytesMax)
        {
            throw new ArgumentException(
                $"A transaction holds at most {TableLimits.TransactionBytesMax} bytes of rows, not {bytes}.",
                nameof(changes));
        }
    }

    /// <summary>The content bytes that <paramref name="change"/> stores; 0 for a check or a deletion.</summary>
    public static int ContentBytes(RowChange change) => change switch
    {
        RowChange.Insert insert => insert.Value.Length,
        RowChange.Replace replace => replace.Value.Length,
        _ => 0,
    };

    private static int CheckChange(RowChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        CheckKey(change.Key);
        var bytes = ContentBytes(change);
        if (bytes > TableLimits.RowBytesMax)
        {
            throw new ArgumentException(
                $"Row '{change.Key}' holds {bytes} bytes; the most is {TableLimits.RowBytesMax}.", nameof(change));
        }

        return bytes;
    }

    // At most 100 changes: comparing pairs costs less than building a set.
    private static void CheckNotNamedBefore(IReadOnlyList<RowChange> changes, int index)
    {
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (string.Equals(changes[earlier].Key, changes[index].Key, StringComparison.Ordinal))
            {
                throw new ArgumentException($"Row '{changes[index].Key}' is changed twice.", nameof(changes));
            }
        }
    }

    private static ReadOnlySpan<char> DisallowedCharacters()
    {
        var disallowed = new List<char>(@"/\#?");
        for (var value = 0; value <= char.MaxValue; value++)
        {
            if (char.IsControl((char)value) || char.IsSurrogate((char)value))
            {
                disallowed.Add((char)value);
            }
        }

        return disallowed.ToArray();
    }
}
