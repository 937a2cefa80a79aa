using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>
/// The work that waits for a blocking thread, first come first served, bounded by count and by payload bytes.
/// </summary>
/// <remarks>
/// Every item is one waiting caller and borrows that caller's memory, so the bound limits how long a caller waits.
/// Beyond it a caller is refused at once with a hint when to come again.
/// </remarks>
/// <param name="itemsMax">Items that may wait.</param>
/// <param name="bytesMax">Payload bytes that may wait; a single item is taken whatever its size.</param>
internal sealed class WorkQueue(int itemsMax, long bytesMax)
{
    // Not the newer Lock: blocked threads are woken by a pulse of the monitor.
    private readonly object _monitor = new();
    private readonly Queue<StorageWork> _waiting = new();
    private long _bytes;
    private bool _closed;

    /// <summary>Adds work at the end.</summary>
    /// <exception cref="StorageUnavailableException">The queue is full.</exception>
    /// <exception cref="ObjectDisposedException">The store was closed.</exception>
    public void Add(StorageWork work)
    {
        lock (_monitor)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(EmbeddedDatabase));
            if (!TryAddLocked(work))
            {
                throw new StorageUnavailableException(
                    $"{_waiting.Count} calls with {_bytes} bytes wait already; at most {itemsMax} with {bytesMax} may.",
                    retryAfter: EmbeddedLimits.RetryAfter);
            }
        }
    }

    /// <summary>Adds work at the end if there is room and the queue is open.</summary>
    public bool TryAdd(StorageWork work)
    {
        lock (_monitor)
        {
            return !_closed && TryAddLocked(work);
        }
    }

    /// <summary>Blocks until there is work, then claims the first items for the calling thread.</summary>
    /// <param name="batch">Receives the items; it may stay empty when their callers have given up.</param>
    /// <param name="batchItemsMax">Items to take at most.</param>
    /// <param name="batchBytesMax">Payload bytes after which no further item is taken.</param>
    /// <returns>False when the queue is closed and nothing is left.</returns>
    public bool Take(List<StorageWork> batch, int batchItemsMax, long batchBytesMax)
    {
        lock (_monitor)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                {
                    return false;
                }

                Monitor.Wait(_monitor);
            }

            var bytes = 0L;
            while (batch.Count < batchItemsMax && bytes < batchBytesMax && _waiting.TryDequeue(out var work))
            {
                _bytes -= work.Bytes;
                if (work.TryStart())
                {
                    bytes += work.Bytes;
                    batch.Add(work);
                }
            }

            return true;
        }
    }

    /// <summary>Refuses further work; what waits is still taken.</summary>
    public void Close()
    {
        lock (_monitor)
        {
            _closed = true;
            Monitor.PulseAll(_monitor);
        }
    }

    private bool TryAddLocked(StorageWork work)
    {
        if (_waiting.Count >= itemsMax || (_waiting.Count > 0 && _bytes + work.Bytes > bytesMax))
        {
            return false;
        }

        _waiting.Enqueue(work);
        _bytes += work.Bytes;
        Monitor.Pulse(_monitor);
        return true;
    }
}
