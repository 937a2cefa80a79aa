namespace Serverless.StorageEngine.Simulation;

/// <summary>One call that a simulated store received, as its interception hooks see it.</summary>
/// <param name="Operation">Which method was called.</param>
/// <param name="Target">The segment name, the listing prefix, or the table partition.</param>
/// <param name="Position">
/// The byte position of an append or a read, the number of a staged part, the number of parts of a commit; 0 for every
/// other operation.
/// </param>
/// <param name="RowKey">
/// The row read, the start of the range queried, or the first row changed; null for segments.
/// </param>
public readonly record struct StorageCall(
    StorageOperation Operation, string Target, long Position = 0, string? RowKey = null)
{
    /// <summary>Whether the call changes what is stored.</summary>
    public bool Writes => Operation is StorageOperation.CreateSegment or StorageOperation.Append
        or StorageOperation.StagePart or StorageOperation.CommitSegment
        or StorageOperation.DeleteSegment or StorageOperation.ExecuteTransaction;
}
