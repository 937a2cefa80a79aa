namespace Serverless.StorageEngine.Log;

/// <summary>A bound on bytes that many queues or requests share. Safe for use by several threads at once.</summary>
/// <param name="bytesMax">The bound; the first taker gets what it asks for in any case.</param>
public sealed class ByteBudget(long bytesMax)
{
    private long _taken;

    /// <summary>The bytes that are taken now.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes some bytes, or nothing when the bound would be passed.</summary>
    /// <param name="bytes">Not negative.</param>
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

    /// <summary>Takes bytes that are in use already, even past the bound: whoever comes later has to wait.</summary>
    /// <param name="bytes">Not negative.</param>
    public void Take(long bytes) => Interlocked.Add(ref _taken, bytes);

    /// <summary>Gives bytes back.</summary>
    /// <param name="bytes">At most what was taken.</param>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
