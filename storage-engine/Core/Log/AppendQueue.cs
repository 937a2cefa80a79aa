using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The appends that wait for one log's next block, in the order they came. Bounded by bytes.</summary>
/// <param name="bytesMax">The most bytes of waiting appends of this log; a first one is always taken.</param>
/// <param name="shared">The bound on the waiting appends of all logs of the node.</param>
internal sealed class AppendQueue(int bytesMax, ByteBudget shared)
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingAppend> _pending = [];
    private long _bytes;
    private bool _isDraining;
    private TaskCompletionSource? _drained;

    /// <summary>Completes when every append that has been added is decided.</summary>
    public Task Drained
    {
        get
        {
            lock (_lock)
            {
                if (!_isDraining)
                {
                    return Task.CompletedTask;
                }

                _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _drained.Task;
            }
        }
    }

    /// <summary>Adds an append, or refuses it because too much is waiting.</summary>
    /// <param name="append">The append.</param>
    /// <param name="startDraining">True when nobody is taking batches out: the caller must start.</param>
    public bool TryAdd(PendingAppend append, out bool startDraining)
    {
        lock (_lock)
        {
            startDraining = false;
            if ((_bytes > 0 && _bytes + append.Request.Length > bytesMax) || !shared.TryTake(append.Request.Length))
            {
                return false;
            }

            _pending.Enqueue(append);
            _bytes += append.Request.Length;
            (startDraining, _isDraining) = (!_isDraining, true);
            return true;
        }
    }

    /// <summary>Whether there is more to take; when not, the next append that comes in starts the draining
    /// anew.</summary>
    public bool HasMore()
    {
        lock (_lock)
        {
            if (_pending.Count > 0)
            {
                return true;
            }

            _isDraining = false;
            _drained?.TrySetResult();
            _drained = null;
            return false;
        }
    }

    /// <summary>Moves waiting appends into <paramref name="group"/> as far as they fit in one block with it.</summary>
    public void FillUp(List<PendingAppend> group)
    {
        var room = SegmentLimits.BlockBytesMax - BlockFormat.HeaderBytes - BlockFormat.BodyRoomBytes
            - BlockFormat.TrailerBytes;
        foreach (var append in group)
        {
            room -= append.Request.Length + BlockFormat.EntryBytes;
        }

        lock (_lock)
        {
            while (group.Count < BlockFormat.EntriesMax && _pending.TryPeek(out var next)
                && next.Request.Length + BlockFormat.EntryBytes <= room)
            {
                group.Add(_pending.Dequeue());
                room -= next.Request.Length + BlockFormat.EntryBytes;
            }
        }
    }

    /// <summary>Moves the appends that have waited for some time into <paramref name="group"/>.</summary>
    /// <param name="patience">How long they must have waited.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="group">Takes them, however many they are.</param>
    public void TakeOlderThan(TimeSpan patience, TimeProvider time, List<PendingAppend> group)
    {
        lock (_lock)
        {
            while (_pending.TryPeek(out var next) && time.GetElapsedTime(next.ArrivedAt) >= patience)
            {
                group.Add(_pending.Dequeue());
            }
        }
    }

    /// <summary>Appends whose fate is decided no longer count against the bound.</summary>
    /// <param name="bytes">The sum of their lengths.</param>
    public void Release(long bytes)
    {
        shared.Return(bytes);
        lock (_lock)
        {
            _bytes -= bytes;
        }
    }
}
