namespace Serverless.StorageEngine.Storage;

/// <summary>One conditional change of a row inside a transaction.</summary>
/// <param name="Key">The row's key.</param>
public abstract record RowChange(string Key)
{
    /// <summary>Adds a row; the condition is that there is none of this key.</summary>
    /// <param name="Key">The row's key.</param>
    /// <param name="Value">0 to <see cref="TableLimits.RowBytesMax"/> bytes, borrowed until the transaction
    /// completes.</param>
    public sealed record Insert(string Key, ReadOnlyMemory<byte> Value) : RowChange(Key);

    /// <summary>Replaces a row's content; the condition is that it still has <paramref name="Version"/>.</summary>
    /// <param name="Key">The row's key.</param>
    /// <param name="Value">0 to <see cref="TableLimits.RowBytesMax"/> bytes, borrowed until the transaction
    /// completes.</param>
    /// <param name="Version">The version that was read.</param>
    public sealed record Replace(string Key, ReadOnlyMemory<byte> Value, RowVersion Version) : RowChange(Key);

    /// <summary>Changes nothing but the version; the condition is that the row still has
    /// <paramref name="Version"/>.</summary>
    /// <param name="Key">The row's key.</param>
    /// <param name="Version">The version that was read.</param>
    public sealed record Check(string Key, RowVersion Version) : RowChange(Key);

    /// <summary>Removes a row; the condition is that it still has <paramref name="Version"/>.</summary>
    /// <param name="Key">The row's key.</param>
    /// <param name="Version">The version that was read.</param>
    public sealed record Delete(string Key, RowVersion Version) : RowChange(Key);
}
