using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Bodies;

/// <summary>What one request holds of the node's memory for requests. Not safe for concurrent use.</summary>
/// <param name="budget">What all requests share.</param>
internal sealed class MemoryShare(ByteBudget budget) : IDisposable
{
    /// <summary>The bytes themselves, for the engine.</summary>
    public ByteShare Bytes { get; } = new(budget);

    /// <summary>Takes more, or says that there is no room.</summary>
    /// <param name="bytes">Not negative.</param>
    /// <returns>Null when they were taken.</returns>
    public Problem? TryTake(long bytes) => Bytes.TryTake(bytes) ? null : Problem.NoMemory();

    /// <summary>Takes note of what is held already.</summary>
    /// <param name="bytes">Not negative.</param>
    public void Take(long bytes) => Bytes.Take(bytes);

    /// <summary>
    /// Takes note of records that an answer shows: what is theirs cannot be refused any more, but as long as the client
    /// has not taken it, others can.
    /// </summary>
    /// <param name="records">The records.</param>
    public void TakeShown(IEnumerable<Record> records) => Take(
        records.Sum(static record => (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0)));

    /// <summary>Gives a part back.</summary>
    /// <param name="bytes">At most what was taken.</param>
    public void Return(long bytes) => Bytes.Return(bytes);

    public void Dispose() => Bytes.Dispose();
}
