namespace Serverless.StorageEngine.Log;

/// <summary>What one request holds of a budget, so that all of it goes back together. Not safe for concurrent use.</summary>
/// <param name="budget">What all requests share.</param>
public sealed class ByteShare(ByteBudget budget) : IDisposable
{
    private long _bytes;

    /// <summary>Takes some bytes, or nothing when there is no room for them.</summary>
    /// <param name="bytes">Not negative.</param>
    public bool TryTake(long bytes)
    {
        var taken = budget.TryTake(bytes);
        _bytes += taken ? bytes : 0;
        return taken;
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

    /// <inheritdoc/>
    public void Dispose() => Return(_bytes);
}
