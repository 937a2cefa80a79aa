using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;

namespace Serverless.Functions.Api.Bodies;

/// <summary>What one request holds of the node's memory for requests. Not safe for concurrent use.</summary>
/// <param name="budget">What all requests share.</param>
internal sealed class MemoryShare(ByteBudget budget) : IDisposable
{
    private long _bytes;

    /// <summary>Takes more, or says that there is no room.</summary>
    /// <param name="bytes">Not negative.</param>
    /// <returns>Null when they were taken.</returns>
    public Problem? TryTake(long bytes)
    {
        if (!budget.TryTake(bytes))
        {
            return new(ProblemCode.Throttled, "All requests together hold as much memory as this node has for them.");
        }

        _bytes += bytes;
        return null;
    }

    /// <summary>Takes note of what is held already.</summary>
    /// <param name="bytes">Not negative.</param>
    public void Take(long bytes)
    {
        budget.Take(bytes);
        _bytes += bytes;
    }

    /// <summary>Gives a part back.</summary>
    /// <param name="bytes">At most what was taken.</param>
    public void Return(long bytes)
    {
        budget.Return(bytes);
        _bytes -= bytes;
    }

    public void Dispose() => Return(_bytes);
}
