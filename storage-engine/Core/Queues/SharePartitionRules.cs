using System.Collections.Immutable;
using System.Diagnostics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// Decides how a share partition changes (KIP-932). Pure: the same state, request and instant always give the same
/// result, so that it can be decided again after a lost race. What does not change is returned as the same object.
/// </summary>
public static class SharePartitionRules
{
    /// <summary>
    /// Does what time, or other settings, have made due: gives back what locks have ended of, ends delays, and archives
    /// what was delivered too often. Nothing runs when nothing is asked, so every step begins with this.
    /// </summary>
    /// <param name="state">The partition as stored.</param>
    /// <param name="settings">The queue's settings.</param>
    /// <param name="now">The storage service's time, or earlier: then locks end late, never early.</param>
    public static SharePartition Settle(SharePartition state, QueueSettings settings, DateTimeOffset now) =>
        Edit(state, (_, record) => Settle(record, settings, now));

    /// <summary>Passes over what the log does not have any more.</summary>
    /// <param name="state">The partition.</param>
    /// <param name="logStartOffset">The first offset that can be read.</param>
    public static SharePartition PassOver(SharePartition state, long logStartOffset)
    {
        if (logStartOffset <= state.StartOffset)
        {
            return state;
        }

        var gone = (int)Math.Min(logStartOffset - state.StartOffset, state.Records.Length);
        var left = state with { StartOffset = logStartOffset };
        return left.With(state.Records[gone..]);
    }

    /// <summary>The offsets that may be delivered now, whether or not there are records yet; in order.</summary>
    /// <param name="state">The partition, settled.</param>
    /// <param name="settings">The queue's settings.</param>
    public static ImmutableArray<OffsetRange> Acquirable(SharePartition state, QueueSettings settings)
    {
        var ranges = ImmutableArray.CreateBuilder<OffsetRange>();
        for (var index = 0; index < state.Records.Length; index++)
        {
            if (state.Records[index].IsAcquirable)
            {
                Add(ranges, new OffsetRange(state.StartOffset + index, 1));
            }
        }

        if (settings.InFlightMax > state.Records.Length)
        {
            Add(ranges, new OffsetRange(state.EndOffset, settings.InFlightMax - state.Records.Length));
        }

        return ranges.ToImmutable();
    }

    /// <summary>Gives records to a receiver.</summary>
    /// <param name="state">The partition, settled.</param>
    /// <param name="settings">The queue's settings.</param>
    /// <param name="offsets">Records that are there, in order. Those that may not be delivered are left out.</param>
    /// <param name="by">The lock that holds them.</param>
    /// <returns>The next state, and how often each of the records was delivered, this time included.</returns>
    public static (SharePartition Next, IReadOnlyDictionary<long, int> Acquired) Acquire(
        SharePartition state, QueueSettings settings, IEnumerable<long> offsets, RecordLock by)
    {
        var acquired = new Dictionary<long, int>();
        var records = state.Records.ToBuilder();
        foreach (var offset in offsets)
        {
            var index = offset - state.StartOffset;
            var isNew = index == records.Count && records.Count < settings.InFlightMax;
            if (isNew || (index >= 0 && index < records.Count && records[(int)index].IsAcquirable))
            {
                var deliveries = isNew ? 1 : records[(int)index].Deliveries + 1;
                Put(records, (int)index, new InFlightRecord(RecordState.Acquired, deliveries) { Lock = by });
                acquired.Add(offset, deliveries);
            }
        }

        return (acquired.Count == 0 ? state : state.With(records), acquired);
    }

    /// <summary>
    /// Archives what cannot be delivered, as far as it may be delivered now: records that cannot be read, and offsets
    /// that a compaction has left no record of. The latter have no dead letter, and are passed in one step, however
    /// many, when nothing in front of them is in flight.
    /// </summary>
    /// <param name="state">The partition, settled.</param>
    /// <param name="settings">The queue's settings.</param>
    /// <param name="passed">Where they lie.</param>
    internal static SharePartition PassOver(SharePartition state, QueueSettings settings, PassedOffsets passed)
    {
        var records = state.Records.ToBuilder();
        var changed = false;
        for (var offset = Math.Max(passed.First, state.StartOffset); offset < passed.End; offset++)
        {
            var index = offset - state.StartOffset;
            var isNew = index == records.Count && records.Count < settings.InFlightMax;
            if (index >= records.Count && !isNew)
            {
                break;
            }

            if (isNew || records[(int)index].IsAcquirable)
            {
                var deliveries = isNew ? 0 : records[(int)index].Deliveries;
                Put(records, (int)index, passed.IsUnreadable
                    ? Archive(deliveries, settings, ArchiveCause.Unreadable)
                    : InFlightRecord.Archived);
                changed = true;
            }
        }

        var next = changed ? state.With(records) : state;
        var isBetween = next.StartOffset >= passed.First && next.StartOffset < passed.End;
        return isBetween && next.Records.IsEmpty && !passed.IsUnreadable
            ? next with { StartOffset = passed.End }
            : next;
    }

    /// <summary>Does what a receiver says of a record, if it holds it.</summary>
    /// <param name="state">The partition, settled.</param>
    /// <param name="settings">The queue's settings.</param>
    /// <param name="offsets">The records, each with the id of the lock that is said to hold it.</param>
    /// <param name="acknowledgement">What the receiver says.</param>
    /// <returns>The next state, and for each of the records whether the lock holds it.</returns>
    public static (SharePartition Next, IReadOnlyList<bool> Held) Acknowledge(
        SharePartition state,
        QueueSettings settings,
        IReadOnlyList<(long Offset, ulong LockId)> offsets,
        Acknowledgement acknowledgement)
    {
        var held = new bool[offsets.Count];
        var records = state.Records.ToBuilder();
        for (var at = 0; at < offsets.Count; at++)
        {
            var index = offsets[at].Offset - state.StartOffset;
            if (index >= 0 && index < records.Count && records[(int)index] is { Lock: { } by } record
                && by.Id == offsets[at].LockId)
            {
                records[(int)index] = After(record, by, settings, acknowledgement);
                held[at] = true;
            }
        }

        return (held.Contains(true) ? state.With(records) : state, held);
    }

    /// <summary>Ends the records whose dead letters are written.</summary>
    /// <param name="state">The partition.</param>
    /// <param name="offsets">The records.</param>
    public static SharePartition Archive(SharePartition state, IReadOnlySet<long> offsets) =>
        Edit(state, (offset, record) => record.State == RecordState.Archiving && offsets.Contains(offset)
            ? InFlightRecord.Archived
            : record);

    /// <summary>When time will change something, by the storage service's; null when nothing is due.</summary>
    public static DateTimeOffset? ChangesAt(SharePartition state) =>
        state.Records.Min(static record => record.ChangesAt);

    private static InFlightRecord Settle(InFlightRecord record, QueueSettings settings, DateTimeOffset now) =>
        record switch
        {
            { Lock: { } by } when by.Until.HasPassed(now) => Return(record.Deliveries, settings, delay: null),
            { State: RecordState.Available } when record.Deliveries >= settings.DeliveryLimit =>
                Archive(record.Deliveries, settings, ArchiveCause.DeliveryLimit),
            { Delay: { } delay } when delay.HasPassed(now) => record with { Delay = null },
            { State: RecordState.Archiving } when settings.DeadLetterTopic is null => InFlightRecord.Archived,
            _ => record,
        };

    private static InFlightRecord After(
        InFlightRecord record, RecordLock by, QueueSettings settings, Acknowledgement acknowledgement) =>
        acknowledgement switch
        {
            Acknowledgement.Accept => InFlightRecord.Acknowledged,
            Acknowledgement.Reject => Archive(record.Deliveries, settings, ArchiveCause.Rejected),
            Acknowledgement.Renew => record with { Lock = by with { Until = Deadline.In(settings.LockDuration) } },
            Acknowledgement.Release { Delay: var delay } => Return(
                record.Deliveries, settings, delay > TimeSpan.Zero ? Deadline.In(delay) : null),
            _ => throw new UnreachableException($"No rule is defined for {acknowledgement}."),
        };

    private static InFlightRecord Return(int deliveries, QueueSettings settings, Deadline? delay) =>
        deliveries >= settings.DeliveryLimit
            ? Archive(deliveries, settings, ArchiveCause.DeliveryLimit)
            : new InFlightRecord(RecordState.Available, deliveries) { Delay = delay };

    private static InFlightRecord Archive(int deliveries, QueueSettings settings, ArchiveCause cause) =>
        settings.DeadLetterTopic is null
            ? InFlightRecord.Archived
            : new InFlightRecord(RecordState.Archiving, deliveries) { Cause = cause };

    private static SharePartition Edit(SharePartition state, Func<long, InFlightRecord, InFlightRecord> change)
    {
        var records = new InFlightRecord[state.Records.Length];
        var changed = false;
        for (var index = 0; index < records.Length; index++)
        {
            records[index] = change(state.StartOffset + index, state.Records[index]);
            changed |= !ReferenceEquals(records[index], state.Records[index]);
        }

        return changed ? state.With(records) : state;
    }

    private static void Put(ImmutableArray<InFlightRecord>.Builder records, int index, InFlightRecord record)
    {
        if (index == records.Count)
        {
            records.Add(record);
        }
        else
        {
            records[index] = record;
        }
    }

    private static void Add(ImmutableArray<OffsetRange>.Builder ranges, OffsetRange range)
    {
        if (ranges.Count > 0 && ranges[^1].End == range.First)
        {
            ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + range.Count };
        }
        else
        {
            ranges.Add(range);
        }
    }
}
