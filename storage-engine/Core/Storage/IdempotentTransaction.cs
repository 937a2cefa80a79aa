namespace Serverless.StorageEngine.Storage;

/// <summary>Changes that leave the same behind however often they are made.</summary>
internal static class IdempotentTransaction
{
    /// <summary>Makes some changes, if nobody was first.</summary>
    /// <param name="tables">Where the rows lie.</param>
    /// <param name="partition">The partition of all of them.</param>
    /// <param name="changes">What to change, on which condition.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>False when others changed the rows, and when it is not known: reading them tells.</returns>
    /// <exception cref="StorageUnavailableException">Nothing was changed.</exception>
    public static async ValueTask<bool> TryExecuteAsync(
        this ITableStore tables,
        string partition,
        IReadOnlyList<RowChange> changes,
        CancellationToken cancellationToken)
    {
        try
        {
            return await tables.ExecuteAsync(partition, changes, cancellationToken) is TableTransaction.Committed;
        }
        catch (StorageOutcomeUnknownException)
        {
            return false;
        }
    }
}
