using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// What a node knows of one log: its folded state, and who waits for it to move. Blocks come in from own appends and
/// from reads of the tail; whichever brings a block first moves the state, the other finds it moved.
/// </summary>
internal sealed class LogView(SegmentDirectory directory, LogContext context)
{
    private readonly Lock _lock = new();
    private readonly HashSet<MoveWait> _waits = [];
    private LogState? _state;
    private WriterShares _shares = WriterShares.StartingAt(context.Time.GetUtcNow());
    private Bits128 _awaitedNonce;
    private bool _awaitedSeen;
    private bool _awaitedPassedOver;
    private bool _reachedEnd;
    private int _blocksSinceGuest = int.MaxValue;

    /// <summary>The log as folded so far; null while the node knows no block and no segment of it.</summary>
    public LogState? State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>Who wrote how much in the current window.</summary>
    public WriterShares Shares
    {
        get
        {
            lock (_lock)
            {
                return _shares;
            }
        }
    }

    /// <summary>Whether another node wrote lately beside the leader; see <see cref="LeaseRules.HasGuests"/>.</summary>
    public bool HasGuests
    {
        get
        {
            lock (_lock)
            {
                return LeaseRules.HasGuests(_blocksSinceGuest);
            }
        }
    }

    /// <summary>
    /// Whether the state was the log's end at some moment since the log was opened. Until then it may be as old as the
    /// checkpoint that it was opened from, and an end that is told from it may lie before one told earlier.
    /// </summary>
    public bool ReachedEnd
    {
        get
        {
            lock (_lock)
            {
                return _reachedEnd;
            }
        }
    }

    /// <summary>Says that the state is the log's end, or was a moment ago.</summary>
    public void NoteEnd()
    {
        lock (_lock)
        {
            _reachedEnd = true;
        }
    }

    /// <summary>Makes a wait for the next move of the state.</summary>
    /// <remarks>Make it before looking at the state, so that no move is missed in between; dispose it afterwards.</remarks>
    public MoveWait WaitForMove(CancellationToken cancellationToken)
    {
        var wait = new MoveWait(this, cancellationToken);
        lock (_lock)
        {
            _waits.Add(wait);
        }

        return wait;
    }

    /// <summary>Forgets a wait.</summary>
    public void Forget(MoveWait wait)
    {
        lock (_lock)
        {
            _waits.Remove(wait);
        }
    }

    /// <summary>Starts from a place where the state is known.</summary>
    public void Open(LogState state)
    {
        lock (_lock)
        {
            _state = state with { History = state.History.Under(context.Tuning.Producers) };
            Signal();
        }
    }

    /// <summary>Goes on from a later place, because the blocks in between are gone; an earlier one changes
    /// nothing.</summary>
    /// <remarks>Whether the block that a writer waits for was among them, nobody can tell any more.</remarks>
    public void Jump(LogState state)
    {
        lock (_lock)
        {
            if (_state is { } before && state.NextBlockNumber > before.NextBlockNumber)
            {
                _state = state with { History = state.History.Under(context.Tuning.Producers) };
                _awaitedPassedOver = true;
                Signal();
            }
        }
    }

    /// <summary>Wakes everyone who waits, because the log is gone.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            Signal();
        }
    }

    /// <summary>Folds the block at the tail; one that was folded already changes nothing.</summary>
    /// <remarks>
    /// A seal is noted before anyone sees the log behind it: else another thread could move the head row there while
    /// the sealed segment has no row yet.
    /// </remarks>
    public void Apply(LogBlock block)
    {
        lock (_lock)
        {
            if (_state is not { } before || block.Header.BlockNumber < before.NextBlockNumber)
            {
                return;
            }

            var after = LogRules.Apply(before, block);
            if (block.Body.Seal is not null)
            {
                directory.NoteSealed(
                    SegmentRow.Of(before, block.Position, block.Header.Length, block.Header.WrittenAt));
            }

            _state = after;
            _shares = _shares.With(block.Header.WriterId, block.Header.Length);
            _blocksSinceGuest = LeaseRules.BlocksSinceGuest(
                _blocksSinceGuest, block.Header.WriterId, after.Leader.Id, isBarrier: block.Body.Leader is not null);
            _awaitedSeen |= block.Header.Nonce == _awaitedNonce;
            Signal();
        }
    }

    /// <summary>Names the block that a writer is about to send.</summary>
    public void Await(Bits128 nonce)
    {
        lock (_lock)
        {
            (_awaitedNonce, _awaitedSeen, _awaitedPassedOver) = (nonce, false, false);
        }
    }

    /// <summary>Whether the block named last has been folded: it is in the log.</summary>
    public bool AwaitedIsStored()
    {
        lock (_lock)
        {
            return _awaitedSeen;
        }
    }

    /// <summary>Whether blocks were passed over since, so that the block named last may be in the log
    /// unseen.</summary>
    public bool AwaitedMayBePassedOver()
    {
        lock (_lock)
        {
            return _awaitedPassedOver;
        }
    }

    /// <summary>Begins a new window of writer shares.</summary>
    public void RestartShares(DateTimeOffset now)
    {
        lock (_lock)
        {
            _shares = WriterShares.StartingAt(now);
        }
    }

    private void Signal()
    {
        foreach (var wait in _waits)
        {
            wait.Complete();
        }

        _waits.Clear();
    }
}
