using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// What a node knows of one shared log. Blocks come in from own appends and from reads of the tail; whichever brings a
/// block first moves the state, the other finds it moved.
/// </summary>
internal sealed class SharedView(SharedDirectory directory, RecentPieces pieces)
{
    private readonly Lock _lock = new();
    private SharedState? _state;
    private SharedState? _start;
    private CarrierIndex _index = new();
    private Extent? _part;
    private Bits128 _awaitedNonce;
    private bool _awaitedSeen;
    private bool _awaitedPassedOver;

    /// <summary>The shared log as folded so far; null while the node knows nothing of it.</summary>
    public SharedState? State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>The carrier that grows, and what lies where in it.</summary>
    public (SegmentName Carrier, CarrierIndex Index) Active
    {
        get
        {
            lock (_lock)
            {
                return (_state!.Carrier, _index);
            }
        }
    }

    /// <summary>Goes on from the beginning of a carrier, if that is further on than what is known.</summary>
    /// <remarks>Whether the block that a writer waits for was passed over, nobody can tell any more.</remarks>
    public void Open(SharedState state)
    {
        lock (_lock)
        {
            if (_state is null || state.NextBlock > _state.NextBlock)
            {
                (_state, _start, _index, _part) = (state, state, new CarrierIndex(), null);
                _awaitedPassedOver = true;
            }
        }
    }

    /// <summary>Folds the block at the tail; one that was folded already changes nothing.</summary>
    /// <remarks>A seal is noted before anyone sees the log behind it, as in a partition's own log.</remarks>
    public void Apply(CarrierBlock block)
    {
        lock (_lock)
        {
            if (_state is not { } before || block.Number < before.NextBlock)
            {
                return;
            }

            var after = SharedRules.Apply(before, block);
            if (block.Seal is not null)
            {
                directory.NoteSealed(CarrierRow.Of(_start!, _index, block));
                (_start, _index, _part) = (after, new CarrierIndex(), null);
            }
            else
            {
                Index(before, block);
            }

            _state = after;
            _awaitedSeen |= block.Nonce == _awaitedNonce;
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

    /// <summary>Whether the block named last has been folded; and whether it may have been passed over unseen.</summary>
    public (bool IsStored, bool MayBePassedOver) Awaited()
    {
        lock (_lock)
        {
            return (_awaitedSeen, _awaitedPassedOver);
        }
    }

    private void Index(SharedState before, CarrierBlock block)
    {
        var from = block.PiecesAt;
        var recent = block.Bytes.IsEmpty ? null : new RecentBlock(block.Position, block.Bytes);
        var begun = SharedRules.Continues(before, block) ? _part : null;
        _part = null;
        foreach (var entry in block.Entries.Where(static entry => entry.HasBytes))
        {
            var extent = new Extent(entry.Position, block.Position + from, entry.Length, recent);
            from += entry.Length;
            if (entry.Kind == CarrierEntryKind.Part)
            {
                _part = extent;
                continue;
            }

            if (begun is { } part)
            {
                _index.Add(entry.Id, part);
                begun = null;
            }

            _index.Add(entry.Id, extent);
        }

        if (recent is not null && from > block.PiecesAt)
        {
            pieces.Add(recent);
        }
    }
}
