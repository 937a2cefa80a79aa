using Serverless.StorageEngine.Leases;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>One partition's log as this node sees it: the parts, put together.</summary>
internal sealed class PartitionLog
{
    private readonly PartitionId _partition;
    private readonly LogContext _context;
    private readonly LogView _view;
    private readonly LogHead _head;
    private readonly SegmentDirectory _directory;
    private readonly LeaseKeeper _lease;
    private readonly LogOpener _opener;
    private readonly LogTail _tail;
    private readonly SegmentRoller _roller;
    private readonly LeaderDuties _duties;
    private readonly LogWriter _writer;
    private readonly LogReader _reader;
    private readonly TimestampSearch _search;
    private long _sealedSince;

    public PartitionLog(PartitionId partition, LogContext context)
    {
        _partition = partition;
        _context = context;
        _head = new LogHead(partition.Log, context);
        _directory = new SegmentDirectory(partition.Log, _head, context);
        _view = new LogView(_directory, context);
        _lease = new LeaseKeeper(partition.Log, context);
        _tail = new LogTail(_view, new TailReader(partition.Log, _view, _head, context), context);
        _opener = new LogOpener(partition, _view, _head, _lease, _tail, context);
        var sender = new BlockSender(partition, _view, _tail, context);
        _roller = new SegmentRoller(partition, _view, _directory, sender, context);
        _duties = new LeaderDuties(_view, _head, _directory, _lease, sender, _roller, context);
        _writer = new LogWriter(partition, _view, _opener, _tail, sender, _roller, _duties, context);
        _reader = new LogReader(partition.Log, _view, _directory, context);
        _search = new TimestampSearch(partition.Log, _view, _head, _directory, _reader, context);
        _sealedSince = context.Time.GetTimestamp();
    }

    /// <summary>Whether another node leads this log, as far as this node knows without asking.</summary>
    public bool IsLedElsewhere =>
        _view.State is { } state && state.Leader.Id != _context.Node.Id
        && _lease.Lease is { } lease && !lease.IsHeldBy(_context.Node.Id)
        && !lease.IsExpired(_context.Time.GetUtcNow());

    /// <summary>Whether this node may forget the log: nothing in flight, nobody waiting.</summary>
    public bool IsIdle => _writer.Drained.IsCompleted && !_tail.IsFollowed;

    /// <summary>Appends a batch or sets the fencing token.</summary>
    public ValueTask<AppendOutcome> AppendAsync(
        Topic topic, AppendRequest request, CancellationToken cancellationToken) =>
        _writer.AppendAsync(topic, request, cancellationToken);

    /// <inheritdoc cref="EventLog.FetchAsync"/>
    public async ValueTask<FetchOutcome> FetchAsync(
        Topic topic, long offset, int bytesMax, CancellationToken cancellationToken)
    {
        if (topic.Config.Compacts && _context.Time.GetElapsedTime(_sealedSince) >= _context.Tuning.CompactedAgeMax)
        {
            ForgetSealed();
        }

        if (!await KnowsAsync(offset, cancellationToken))
        {
            return new FetchOutcome.UnknownTopicOrPartition();
        }

        var (start, end) = Ends();
        if (offset < start || offset > end)
        {
            return new FetchOutcome.OffsetOutOfRange(start, end);
        }

        var range = offset == end
            ? new FetchedRange([], end)
            : await ReadAsync(offset, end, bytesMax, cancellationToken);
        if (range is not var (batches, next))
        {
            // A segment went away while it was looked for: the log was trimmed or deleted meanwhile.
            var (head, _, _) = await _head.ReadWithLeaseAsync(cancellationToken);
            return head is { Deleted: false } && head.LogStartOffset > offset
                ? new FetchOutcome.OffsetOutOfRange(head.LogStartOffset, Math.Max(head.LogStartOffset, end))
                : head is { Deleted: true }
                    ? new FetchOutcome.UnknownTopicOrPartition()
                    : throw new StorageUnavailableException(
                        $"Partition {_partition}: no segment holds offset {offset} now; its row may be on the way.");
        }

        return new FetchOutcome.Fetched(batches, Math.Max(end, next), start, next);
    }

    /// <inheritdoc cref="EventLog.ForgetSealed"/>
    public void ForgetSealed()
    {
        _sealedSince = _context.Time.GetTimestamp();
        _directory.ForgetRegistered();
        _context.Cache.ForgetBefore(_partition.Log, _view.State?.SegmentBaseOffset ?? long.MaxValue);
    }

    /// <inheritdoc cref="EventLog.GetOffsetsAsync"/>
    public async ValueTask<PartitionOffsets?> GetOffsetsAsync(CancellationToken cancellationToken)
    {
        // Other nodes raise the log start, in the head row only; opening the log reads that row anyway.
        var looking = _view.State is null
            ? Task.CompletedTask
            : _head.ReadWithLeaseAsync(cancellationToken).AsTask();
        var knowing = KnowsAsync(long.MaxValue, cancellationToken).AsTask();
        await Task.WhenAll(looking, knowing);
        if (!await knowing)
        {
            return null;
        }

        var (start, end) = Ends();
        return new PartitionOffsets(start, end);
    }

    /// <inheritdoc cref="EventLog.DeleteRecordsAsync"/>
    public async ValueTask<DeleteRecordsOutcome> DeleteRecordsAsync(
        long beforeOffset, CancellationToken cancellationToken)
    {
        if (!await KnowsAsync(long.MaxValue, cancellationToken))
        {
            return new DeleteRecordsOutcome.UnknownTopicOrPartition();
        }

        var (start, end) = Ends();
        var wanted = beforeOffset == EventLog.ToHighWatermark ? end : beforeOffset;
        if (wanted < 0 || wanted > end)
        {
            return new DeleteRecordsOutcome.OffsetOutOfRange(start, end);
        }

        if (wanted <= start)
        {
            return new DeleteRecordsOutcome.Deleted(start, end);
        }

        return await _head.RaiseStartAsync(wanted, cancellationToken) is { } raised
            ? new DeleteRecordsOutcome.Deleted(raised, Math.Max(raised, end))
            : new DeleteRecordsOutcome.UnknownTopicOrPartition();
    }

    /// <inheritdoc cref="EventLog.LeaveSegmentAsync"/>
    public async ValueTask<bool> LeaveSegmentAsync(
        SegmentName segment, LogPlacement placement, CancellationToken cancellationToken)
    {
        if (!await KnowsAsync(long.MaxValue, cancellationToken) || _view.State is not { } state)
        {
            return false;
        }

        if (state.Segment == segment && state.NextOffset > state.SegmentBaseOffset
            && await _roller.RollAsync(state, placement) != SendOutcome.Stored)
        {
            return false;
        }

        return _view.State is { } next && next.Segment != segment && await _duties.MoveHeadAsync(next);
    }

    /// <inheritdoc cref="EventLog.GetActiveSegmentAsync"/>
    public async ValueTask<ActiveSegment?> GetActiveSegmentAsync(CancellationToken cancellationToken)
    {
        if (!await KnowsAsync(long.MaxValue, cancellationToken))
        {
            return null;
        }

        return _view.State is { } state
            ? new ActiveSegment(state.Tail, state.SegmentBlocks, state.NextBlockNumber, state.SegmentCreatedAt)
            {
                Name = state.Segment,
                BaseOffset = state.SegmentBaseOffset,
                NextOffset = state.NextOffset,
                LargestTimestamp = state.SegmentMaxTimestamp,
            }
            : default(ActiveSegment);
    }

    /// <inheritdoc cref="EventLog.GetFencingTokenAsync"/>
    public async ValueTask<string?> GetFencingTokenAsync(CancellationToken cancellationToken) =>
        await KnowsAsync(long.MaxValue, cancellationToken) ? _view.State?.History.FencingToken ?? "" : null;

    /// <inheritdoc cref="EventLog.FindOffsetAsync"/>
    public async ValueTask<TimestampLookup?> FindOffsetAsync(long timestamp, CancellationToken cancellationToken)
    {
        if (!await KnowsAsync(long.MaxValue, cancellationToken))
        {
            return null;
        }

        var record = await _search.FindAsync(timestamp, cancellationToken);
        var (start, end) = Ends();
        return new TimestampLookup(record, new PartitionOffsets(start, end));
    }

    /// <summary>Completes when there is a record at <paramref name="offset"/>, or the log is gone.</summary>
    public async Task WaitAsync(long offset, CancellationToken cancellationToken)
    {
        using var following = _tail.Follow(RefreshAsync);
        while (true)
        {
            using var move = _view.WaitForMove(cancellationToken);
            if (_head.Known is { Deleted: true }
                || (_view.State is { } state && (state.Ended || state.NextOffset > offset)))
            {
                return;
            }

            await move.Moved;
        }
    }

    /// <summary>Ends the log of a deleted topic: afterwards no node can append to it. Idempotent.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await _head.MarkDeletedAsync(cancellationToken);
        if (await _opener.OpenForEndAsync(cancellationToken) && await _tail.RefreshAsync(cancellationToken))
        {
            await _roller.EndAsync(cancellationToken);
        }

        _view.Wake();
    }

    /// <summary>Finishes what is in flight and gives the lease back.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await Waits.ForAsync(_writer.Drained, cancellationToken);
        await Waits.ForAsync(_duties.Done, cancellationToken);
        await Waits.ForAsync(_reader.Done, cancellationToken);
        await _lease.ReleaseAsync(cancellationToken);
    }

    /// <summary>Removes the rows of an ended log, but for the head row, which keeps others from starting it anew.
    /// Idempotent.</summary>
    public ValueTask RemoveRowsAsync(CancellationToken cancellationToken) =>
        _directory.RemoveAllButHeadAsync(cancellationToken);

    // What is taken for the active segment may have been sealed and taken away since: a look at the tail tells.
    private async ValueTask<FetchedRange?> ReadAsync(
        long offset, long end, int bytesMax, CancellationToken cancellationToken)
    {
        var active = _view.State!;
        var range = await _reader.ReadAsync(offset, end, bytesMax, cancellationToken);
        if (range is not null || offset < active.SegmentBaseOffset)
        {
            return range;
        }

        await RefreshAsync(cancellationToken);
        return _view.State!.Segment == active.Segment
            ? null
            : await _reader.ReadAsync(offset, end, bytesMax, cancellationToken);
    }

    // The log start and the high watermark. A log that was never written is empty. Others can raise the log start behind
    // the end that this node knows; the log reaches at least to there, since only what is durable can be deleted.
    private (long Start, long End) Ends() =>
        _view.State is { } state
            ? (_opener.LogStartOffset, Math.Max(_opener.LogStartOffset, state.NextOffset))
            : (0, 0);

    // Looks at the tail only when what is known does not reach the offset, and once after the log was opened: a node that
    // had forgotten the log must not tell an end that lies before the one it told earlier.
    private async ValueTask<bool> KnowsAsync(long offset, CancellationToken cancellationToken)
    {
        var readsBegun = _tail.ReadsBegun;
        if (!await _opener.OpenAsync(create: null, cancellationToken))
        {
            return false;
        }

        if (_view.State is { } state && (offset >= state.NextOffset || !_view.ReachedEnd)
            && !_tail.HasSeenEndSince(readsBegun))
        {
            await RefreshAsync(cancellationToken);
        }

        return _view.State is not { Ended: true } && _head.Known is not { Deleted: true };
    }

    private async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        if (!await _opener.OpenAsync(create: null, cancellationToken))
        {
            _view.Wake();
        }
        else if (_view.State is not null && !await _tail.RefreshAsync(cancellationToken))
        {
            await _opener.ThrowUnlessDeletedAsync();
            _view.Wake();
        }
        else if (_directory.HasTooManyUnregistered)
        {
            // Writers register seals; a node that only reads does so when it has seen too many to remember.
            await _roller.TryWriteRowsAsync(checkpoint: null);
        }
    }
}
