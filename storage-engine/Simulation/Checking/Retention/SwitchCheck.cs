using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>
/// Whether a copy that comes to count holds what it stands for: the same records with the same offsets, timestamps and
/// bytes, without those alone that a compaction may take out.
/// </summary>
internal sealed class SwitchCheck
{
    private readonly LogMoment _moment;
    private readonly Findings _findings;
    private readonly SegmentOfLog _row;
    private readonly List<SegmentOfLog> _sources;

    private SwitchCheck(LogMoment moment, SegmentOfLog row, Findings findings)
    {
        (_moment, _row, _findings) = (moment, row, findings);
        _sources = [.. moment.Before.InOrder.Where(one => !moment.After.Counts(one.Segment))];
    }

    /// <summary>Checks a change of rows.</summary>
    public static void Check(LogMoment moment, Findings findings, Action<string> count)
    {
        foreach (var row in moment.After.Segments.Values.Where(row => !moment.Before.Counts(row.Segment)))
        {
            if (!moment.Scan.Copies.TryGetValue(row.Segment, out var copy))
            {
                if (row.IsCopy)
                {
                    findings.Add(AnomalyKind.SegmentMissing, moment.Scan.Id, $"{row.Segment} counts and is nowhere");
                }

                continue;
            }

            var removed = moment.Scan.Removed.Count;
            new SwitchCheck(moment, row, findings).Check(copy);
            count(row.CleanedAt is null ? "copies that came to count" : "compacted copies that came to count");
            if (moment.Scan.Removed.Count > removed)
            {
                count("copies without some records");
            }
        }
    }

    private void Check(CopyScan copy)
    {
        if (_sources.Count == 0 || _sources[0].BaseOffset != _row.BaseOffset
            || _sources[^1].NextOffset != _row.NextOffset)
        {
            _findings.Add(
                AnomalyKind.WrongCopy,
                _row.Segment,
                $"it stands for {_row.BaseOffset} to {_row.NextOffset} (at {_moment.Transaction.Order}), and replaced "
                + string.Join(", ", _sources.Select(static one => $"{one.BaseOffset} to {one.NextOffset}")));
        }

        var scan = _moment.Scan;
        for (var offset = _row.BaseOffset; offset < _row.NextOffset; offset++)
        {
            var record = scan.At(offset);
            if (copy.Records.TryGetValue(offset, out var copied))
            {
                Expect(copied == record, AnomalyKind.WrongCopy, offset, $"{copied} stands for {record}");
                Expect(!scan.Removed.ContainsKey(offset), AnomalyKind.WrongCopy, offset, "it had been taken out");
            }
            else if (record is { } left && !scan.Removed.ContainsKey(offset))
            {
                if (offset >= _moment.After.LogStart)
                {
                    CheckRemoved(offset, left);
                }

                scan.Removed.Add(offset, _moment.Transaction.Order);
            }
        }
    }

    private void CheckRemoved(long offset, StoredRecord record)
    {
        var policy = _moment.Policy;
        if (!policy.Compacts || record.Key is null)
        {
            Expect(false, AnomalyKind.WrongCopy, offset, $"{record} was left out");
            return;
        }

        Expect(
            policy.MinCompactionLagMs == 0 || _moment.Transaction.At - record.Timestamp >= policy.MinCompactionLagMs,
            AnomalyKind.WrongCompaction,
            offset,
            "it was too young");
        var places = _moment.Scan.PlacesOf(record.Key);
        if (places[^1] > offset && places.Exists(place => place > offset && IsStored(place)))
        {
            return;
        }

        var source = _sources.FirstOrDefault(one => one.BaseOffset <= offset && one.NextOffset > offset);
        Expect(
            record.IsTombstone && source?.CleanedAt is { } cleaned
            && _moment.Transaction.At - cleaned >= policy.DeleteRetentionMs,
            AnomalyKind.WrongCompaction,
            offset,
            record.IsTombstone ? "a tombstone that is not old enough" : $"nothing later of its key {record.Key}");
        Expect(
            places.TrueForAll(place =>
                place >= offset || place < _moment.After.LogStart || _moment.Scan.Removed.ContainsKey(place)),
            AnomalyKind.WrongCompaction,
            offset,
            "what the tombstone deletes is still there");
    }

    // What is behind every end that was stored by then cannot be the reason.
    private bool IsStored(long offset) => _moment.Scan.Segments.LastOrDefault(one => one.BaseOffset <= offset) is { } segment
        && _moment.Scan.Ends.TryGetValue((segment.Name, _moment.Storage.LengthOf(segment.Name)), out var end)
        && offset < end;

    private void Expect(bool holds, AnomalyKind kind, long offset, string detail)
    {
        if (!holds)
        {
            _findings.Add(kind, _row.Segment, $"offset {offset} (at {_moment.Transaction.Order}): {detail}");
        }
    }
}
