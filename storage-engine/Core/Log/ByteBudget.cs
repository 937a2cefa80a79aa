namespace Serverless.StorageEngine.Log;

/// <summary>A bound on bytes that many queues share.</summary>
/// <param name="bytesMax">The bound; the first taker gets what it asks for in any case.</param>
internal sealed class ByteBudget(long bytesMax)
{
    private long _taken;

    /// <summary>Takes some bytes, or nothing when the bound would be passed.</summary>
    public bool TryTake(long bytes)
    {
        var before = Interlocked.Add(ref _taken, bytes) - bytes;
        if (before == 0 || before + bytes <= bytesMax)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
