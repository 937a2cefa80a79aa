namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Bounds the memory for what a node remembers of sealed carriers, of all its shared logs together. What was
/// used longest ago goes first.</summary>
/// <param name="bytesMax">The most bytes.</param>
internal sealed class CarrierCache(long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<KnownCarrier> _lastUsedLast = [];
    private readonly Dictionary<KnownCarrier, (LinkedListNode<KnownCarrier> Place, long Bytes)> _all = [];
    private long _bytes;

    /// <summary>The bytes that are remembered.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Notes that a carrier was used, and what it takes now; others go if that is too much, or it goes
    /// itself.</summary>
    public void Use(KnownCarrier carrier)
    {
        var gone = new List<KnownCarrier>();
        lock (_lock)
        {
            Take(carrier);
            var bytes = carrier.MemoryBytes;
            _all.Add(carrier, (_lastUsedLast.AddLast(carrier), bytes));
            _bytes += bytes;
            while (_bytes > bytesMax && _lastUsedLast.First is { Value: var oldest })
            {
                Take(oldest);
                gone.Add(oldest);
            }
        }

        // Outside the lock: owners have locks of their own, and call here.
        gone.ForEach(static carrier => carrier.Owner.Forget(carrier));
    }

    /// <summary>Notes that a carrier is remembered no more.</summary>
    public void Remove(KnownCarrier carrier)
    {
        lock (_lock)
        {
            Take(carrier);
        }
    }

    private void Take(KnownCarrier carrier)
    {
        if (_all.Remove(carrier, out var known))
        {
            _lastUsedLast.Remove(known.Place);
            _bytes -= known.Bytes;
        }
    }
}
