using System.Collections.Concurrent;

namespace Serverless.StorageEngine.Log;

/// <summary>The large buffers of logs that are being opened, bounded over all logs of a node.</summary>
/// <remarks>
/// Safe for several threads. A pool would keep them for a minute when nobody needs them any more; the collector may take
/// these at once, and until it comes the next opening finds them.
/// </remarks>
/// <param name="bytesMax">The bound; the first one gets his in any case.</param>
internal sealed class OpeningMemory(long bytesMax)
{
    private readonly ByteBudget _budget = new(bytesMax);
    private readonly ConcurrentStack<WeakReference<byte[]>> _returned = new();

    /// <summary>A buffer of at least so many bytes, with anything in it; null when others have too many.</summary>
    /// <param name="bytes">The same for all callers.</param>
    public byte[]? TryRent(int bytes)
    {
        if (!_budget.TryTake(bytes))
        {
            return null;
        }

        while (_returned.TryPop(out var returned))
        {
            if (returned.TryGetTarget(out var buffer))
            {
                return buffer;
            }
        }

        return GC.AllocateUninitializedArray<byte>(bytes);
    }

    /// <summary>Gives a buffer back; nobody may use it any more.</summary>
    public void Return(byte[] buffer)
    {
        _budget.Return(buffer.Length);
        _returned.Push(new WeakReference<byte[]>(buffer));
    }
}
