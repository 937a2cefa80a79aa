using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// One receive: looks through the partitions of a topic, acquires what may be delivered, and only then returns it. A
/// crash between the two leaves records acquired that nobody got; they are given back when their lock ends.
/// </summary>
/// <param name="store">The share partitions.</param>
/// <param name="gates">One at a time for each of them.</param>
/// <param name="letters">Writes dead letters on the way.</param>
/// <param name="log">The records.</param>
/// <param name="compression">The codecs.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness; safe for several threads at once.</param>
internal sealed class QueueReceiver(
    SharePartitionStore store,
    PartitionGates gates,
    DeadLetters letters,
    EventLog log,
    ICompression compression,
    TimeProvider time,
    Random random)
{
    /// <summary>
    /// How long a waiting receive goes without looking at the rows: the time until it notices that a record was
    /// released through another node. Each look is one paid query.
    /// </summary>
    public static readonly TimeSpan RecheckInterval = TimeSpan.FromSeconds(5);

    // Each costs a write; whoever waits comes again.
    private const int GapsPerReceiveMax = 8;

    private static readonly TimeSpan EmptyPassPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes what is there now.</summary>
    /// <param name="view">The queue and its topic.</param>
    /// <param name="request">What the receiver asks for.</param>
    /// <param name="cancellationToken">Abandons the receive; records may be acquired nevertheless.</param>
    /// <returns>What was taken, and when nothing was: how to wait for some.</returns>
    public async ValueTask<(TakenRecords Taken, ReceiveWait Wait)> TakeAsync(
        QueueView view, ReceiveRequest request, CancellationToken cancellationToken)
    {
        var taken = new TakenRecords(request);
        var count = view.Topic.PartitionCount;
        if (count == 1)
        {
            var state = await TakeAsync(view, 0, taken, cancellationToken);
            return (taken, WaitFor(view, [state]));
        }

        // Another partition comes first each time, so that receivers spread and a busy one starves no other.
        var all = await store.ReadAllAsync(view, cancellationToken);
        var states = all.Select(stored => store.Settle(view, stored)).ToArray();
        var first = random.Next(count);
        foreach (var some in Enumerable.Range(0, count).Select(at => (first + at) % count).Chunk(QueueLimits.AtOnceMax))
        {
            if (taken.IsFull)
            {
                break;
            }

            var promising = await Task.WhenAll(some.Select(
                partition => IsPromisingAsync(view, partition, states[partition], cancellationToken).AsTask()));
            foreach (var partition in some.Where((_, at) => promising[at]))
            {
                if (!taken.IsFull && !await TryTakeAsync(view, partition, states, taken, cancellationToken))
                {
                    return (taken, WaitFor(view, states));
                }
            }
        }

        return (taken, WaitFor(view, states));
    }

    /// <summary>Waits until another look is worth it, or the time is over.</summary>
    /// <param name="view">The queue and its topic.</param>
    /// <param name="wait">What the last look has found.</param>
    /// <param name="left">How much time the receiver has left.</param>
    /// <param name="passes">How many looks found nothing.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async ValueTask WaitAsync(
        QueueView view, ReceiveWait wait, TimeSpan left, int passes, CancellationToken cancellationToken)
    {
        // A wait ends at once when the topic is gone, and this node may not know so yet; or when others are faster.
        if (passes > 1)
        {
            await Waits.DelayAsync(EmptyPassPause, time, cancellationToken);
        }

        var timeout = left < RecheckInterval ? left : RecheckInterval;
        if (wait.ChangesAt is { } at)
        {
            var due = at - store.Now.AtLeast;
            timeout = due < timeout ? due : timeout;
        }

        if (timeout <= TimeSpan.Zero)
        {
            return;
        }

        if (wait.Positions.Count > 0)
        {
            await log.WaitAsync(view.Topic, wait.Positions, timeout, cancellationToken);
        }
        else
        {
            await Waits.DelayAsync(timeout, time, cancellationToken);
        }
    }

    /// <summary>Learns the storage service's time from a write, when this node's clock says that a lock has ended and
    /// nothing that it read says so.</summary>
    /// <remarks>
    /// A node that has just started knows no more than when the row was written: without this, nodes that live shorter
    /// than a lock would never see it end. A clock that is wrong costs a write, and ends no lock.
    /// </remarks>
    /// <returns>Whether it has ended, so that another look is worth it.</returns>
    public async ValueTask<bool> TryLearnTimeAsync(
        QueueView view, ReceiveWait wait, CancellationToken cancellationToken)
    {
        var now = store.Now;
        if (wait.ChangesAt is not { } at || at <= now.AtLeast || at > now.Likely)
        {
            return false;
        }

        // A copy is another object, so it is written.
        await store.ChangeAsync(
            view, wait.ChangesIn, known: null, static settled => (settled with { }, true), cancellationToken);
        await store.ReadAsync(view, wait.ChangesIn, cancellationToken);
        return at <= store.Now.AtLeast;
    }

    private async ValueTask<bool> IsPromisingAsync(
        QueueView view, int partition, SharePartition state, CancellationToken cancellationToken)
    {
        if (state.HasArchiving)
        {
            return true;
        }

        var ranges = SharePartitionRules.Acquirable(state, view.Settings);
        if (ranges.IsEmpty || ranges[0].First < state.EndOffset)
        {
            return !ranges.IsEmpty;
        }

        return await log.FetchAsync(view.Topic, partition, ranges[0].First, bytesMax: 1, cancellationToken) switch
        {
            FetchOutcome.Fetched fetched =>
                fetched.NextOffset > ranges[0].First || fetched.LogStartOffset > state.StartOffset,
            FetchOutcome.OffsetOutOfRange range => range.LogStartOffset > state.StartOffset,
            _ => false,
        };
    }

    /// <summary>Takes from one partition; false when storage fails, and what was taken before is to be given.</summary>
    private async ValueTask<bool> TryTakeAsync(
        QueueView view,
        int partition,
        SharePartition[] states,
        TakenRecords taken,
        CancellationToken cancellationToken)
    {
        try
        {
            states[partition] = await TakeAsync(view, partition, taken, cancellationToken);
            return true;
        }
        catch (Exception fault) when (taken.Records.Count > 0
            && fault is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // The receiver holds those records, so it must have them. This partition is looked at by the next receive,
            // and what may have been acquired there comes again when its lock ends.
            return false;
        }
    }

    private async ValueTask<SharePartition> TakeAsync(
        QueueView view, int partition, TakenRecords taken, CancellationToken cancellationToken)
    {
        var (acquired, state) = await gates.InTurnAsync(
            view.Queue.Life,
            partition,
            () => AcquireAsync(view, partition, taken, cancellationToken),
            cancellationToken);
        taken.Add(acquired);
        return state.HasArchiving
            && await letters.TryWriteAsync(view, partition, taken.Request.Memory, cancellationToken)
            && taken.Records.Count == 0
            ? store.Settle(view, await store.ReadAsync(view, partition, cancellationToken))
            : state;
    }

    private async ValueTask<(IReadOnlyList<ReceivedRecord> Acquired, SharePartition State)> AcquireAsync(
        QueueView view, int partition, TakenRecords taken, CancellationToken cancellationToken)
    {
        for (var gaps = 0; ; gaps++)
        {
            var (acquired, state, hasPassedGap) = await AcquireOnceAsync(view, partition, taken, cancellationToken);
            if (!hasPassedGap || gaps == GapsPerReceiveMax)
            {
                return (acquired, state);
            }
        }
    }

    /// <summary>Acquires what a look finds, or passes over offsets that a compaction has left no record of: then what
    /// lies behind them was not looked at.</summary>
    private async ValueTask<(IReadOnlyList<ReceivedRecord> Acquired, SharePartition State, bool HasPassedGap)>
        AcquireOnceAsync(QueueView view, int partition, TakenRecords taken, CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(view, partition, cancellationToken);
        var settled = store.Settle(view, stored);
        var fetched = await new RecordFetch(log, compression, view.Topic, partition, taken.Limits).RunAsync(
            SharePartitionRules.Acquirable(settled, view.Settings), cancellationToken);
        taken.Note(fetched);
        if (!fetched.IsNewsFor(settled.StartOffset))
        {
            return ([], settled, false);
        }

        var by = new RecordLock(NextLockId(), taken.Request.Receiver, Deadline.In(view.Settings.LockDuration));
        var (deliveries, state) = await store.ChangeAsync(
            view, partition, stored, now => Acquire(now, view.Settings, fetched, by), cancellationToken);
        return (
            [
                .. fetched.Records.Where(record => deliveries.ContainsKey(record.Offset)).Select(record =>
                    new ReceivedRecord(
                        partition,
                        record,
                        deliveries[record.Offset],
                        new LockToken(partition, record.Offset, by.Id).Encode(view.Id))),
            ],
            state,
            fetched.Records.Count == 0 && fetched.Passed.Count > 0 && state.StartOffset > settled.StartOffset);
    }

    private static (SharePartition Next, (IReadOnlyDictionary<long, int> Deliveries, SharePartition State) Outcome)
        Acquire(SharePartition state, QueueSettings settings, FetchedRecords fetched, RecordLock by)
    {
        var next = SharePartitionRules.PassOver(state, fetched.LogStartOffset);
        var deliveries = ImmutableDictionary<long, int>.Empty;
        var offsets = new Queue<long>(fetched.Records.Select(static record => record.Offset));

        // In the order of the offsets, so that what was never delivered follows on what was.
        foreach (var passed in fetched.Passed.Append(new PassedOffsets(long.MaxValue, long.MaxValue, false)))
        {
            var readable = new List<long>();
            while (offsets.TryPeek(out var offset) && offset < passed.First)
            {
                readable.Add(offsets.Dequeue());
            }

            (next, var acquired) = SharePartitionRules.Acquire(next, settings, readable, by);
            deliveries = deliveries.AddRange(acquired);
            next = SharePartitionRules.PassOver(next, settings, passed);
        }

        return (next, (deliveries, next));
    }

    private static ReceiveWait WaitFor(QueueView view, SharePartition[] states)
    {
        var positions = new List<PartitionPosition>();
        var (changesAt, changesIn) = (default(DateTimeOffset?), 0);
        for (var partition = 0; partition < states.Length; partition++)
        {
            var state = states[partition];
            if (view.Settings.InFlightMax > state.Records.Length)
            {
                positions.Add(new PartitionPosition(partition, state.EndOffset));
            }

            if (SharePartitionRules.ChangesAt(state) is { } at && (changesAt is null || at < changesAt))
            {
                (changesAt, changesIn) = (at, partition);
            }
        }

        return new ReceiveWait(positions, changesAt, changesIn);
    }

    private ulong NextLockId() => unchecked((ulong)random.NextNonce64());
}
