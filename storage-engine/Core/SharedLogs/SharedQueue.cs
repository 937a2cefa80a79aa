using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>The writes to one shared log that wait for their block, in the order in which they came. Safe for concurrent
/// use.</summary>
/// <param name="log">The shared log.</param>
/// <param name="bytesMax">The most bytes that wait or are in flight; a single write may be larger.</param>
internal sealed class SharedQueue(SharedLogId log, long bytesMax)
{
    private readonly Lock _lock = new();
    private readonly Queue<SharedWrite> _pending = [];
    private long _bytes;
    private bool _draining;

    /// <summary>Whether nothing waits and nothing is in flight.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return !_draining;
            }
        }
    }

    /// <summary>Whether more may come that goes into the same block. A full one costs no less later, and what keepers and
    /// rolls ask comes one by one: others would not join it.</summary>
    public bool IsWorthWaiting
    {
        get
        {
            lock (_lock)
            {
                return _bytes < CarrierFormat.RoomBytes
                    && _pending.Any(static write => write.Kind == SharedWriteKind.Append);
            }
        }
    }

    /// <summary>Adds a write.</summary>
    /// <returns>Whether nobody takes writes from here: the caller must begin to.</returns>
    /// <exception cref="StorageUnavailableException">There is no room, and it was not added.</exception>
    public bool Add(SharedWrite write)
    {
        lock (_lock)
        {
            if (_bytes > 0 && _bytes + write.Weight > bytesMax)
            {
                throw new StorageUnavailableException(
                    $"Shared log {log} has {_bytes} bytes waiting; at most {bytesMax} may.");
            }

            _pending.Enqueue(write);
            _bytes += write.Weight;
            var begins = !_draining;
            _draining = true;
            return begins;
        }
    }

    /// <summary>Whether there is more to take; when not, the next one to add must begin again.</summary>
    public bool HasMore()
    {
        lock (_lock)
        {
            return _draining = _pending.Count > 0;
        }
    }

    /// <summary>Takes as many as fit into a block.</summary>
    /// <param name="group">Gets them.</param>
    public void FillUp(List<SharedWrite> group)
    {
        var room = (long)CarrierFormat.RoomBytes;
        lock (_lock)
        {
            while (group.Count < CarrierFormat.EntriesMax && _pending.TryPeek(out var next)
                && (group.Count == 0 || next.Weight + CarrierFormat.PieceEntryBytes <= room))
            {
                group.Add(_pending.Dequeue());
                room -= next.Weight + CarrierFormat.PieceEntryBytes;
            }
        }
    }

    /// <summary>Gives back those that are not decided: they come first in the next round.</summary>
    /// <param name="group">What was taken; keeps the others.</param>
    public void GiveBack(List<SharedWrite> group)
    {
        var left = group.Where(static write => !write.IsDecided).ToArray();
        if (left.Length > 0)
        {
            lock (_lock)
            {
                var others = _pending.ToArray();
                _pending.Clear();
                foreach (var write in left.Concat(others))
                {
                    _pending.Enqueue(write);
                }
            }

            group.RemoveAll(left.Contains);
        }
    }

    /// <summary>Makes room: these are decided.</summary>
    public void Release(List<SharedWrite> decided)
    {
        lock (_lock)
        {
            _bytes -= decided.Sum(static write => write.Weight);
        }
    }
}
