namespace Serverless.StorageEngine.Storage;

/// <summary>The definite outcomes of a transaction.</summary>
public abstract record TableTransaction
{
    private TableTransaction()
    {
    }

    /// <summary>All changes are durable.</summary>
    /// <param name="Versions">The new version of each row, in the order of the changes; null for a deleted row.</param>
    public sealed record Committed(IReadOnlyList<RowVersion?> Versions) : TableTransaction;

    /// <summary>A condition did not hold; nothing was changed.</summary>
    /// <param name="Index">The position of a change whose condition did not hold; the first one where the store can
    /// tell.</param>
    public sealed record Conflict(int Index) : TableTransaction;
}
