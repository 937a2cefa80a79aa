namespace Serverless.StorageEngine.Groups;

/// <summary>
/// A lower bound of the storage service's time: the newest time that a row was seen to carry, plus what has passed
/// since on this node's monotonic clock. Node clocks may be wrong; this is late at worst.
/// </summary>
public sealed class StorageClock
{
    // A monotonic clock that runs fast must not run ahead of the service's: a part in a thousand is far beyond any
    // crystal's error.
    private const int DriftDivisor = 1_000;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private DateTimeOffset _observed = DateTimeOffset.MinValue;
    private long _observedAt;

    /// <summary>Knows nothing yet.</summary>
    /// <param name="time">The only clock.</param>
    public StorageClock(TimeProvider time)
    {
        _time = time;
        _observedAt = time.GetTimestamp();
    }

    /// <summary>Learns from the time that a row carries.</summary>
    public void Observe(DateTimeOffset writtenAt)
    {
        lock (_lock)
        {
            if (writtenAt > AtLeast())
            {
                _observed = writtenAt;
                _observedAt = _time.GetTimestamp();
            }
        }
    }

    /// <summary>What is known now.</summary>
    public StorageInstant Read()
    {
        lock (_lock)
        {
            var atLeast = AtLeast();
            var own = _time.GetUtcNow();
            return new StorageInstant(atLeast, own > atLeast ? own : atLeast);
        }
    }

    private DateTimeOffset AtLeast()
    {
        var elapsed = _time.GetElapsedTime(_observedAt);
        return _observed + (elapsed - (elapsed / DriftDivisor));
    }
}
