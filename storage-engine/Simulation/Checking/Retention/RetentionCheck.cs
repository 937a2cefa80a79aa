using System.Text.Json;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>
/// Goes through every committed state of the rows of logs, beside every append and every deletion of bytes: what rows
/// name is there, what is taken away may go, and copies hold what they stand for.
/// </summary>
internal sealed class RetentionCheck
{
    private readonly Dictionary<string, LogScan> _scans;
    private readonly Dictionary<string, string> _logOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RowsOfLog> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TopicPolicy> _policies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counted = new(StringComparer.Ordinal);
    private readonly SegmentsStored _storage = new();
    private readonly ClientHistory _clients;
    private readonly Findings _findings;

    private RetentionCheck(IEnumerable<LogScan> scans, ClientHistory clients, Findings findings)
    {
        (_clients, _findings) = (clients, findings);
        _scans = scans.Where(static scan => !scan.Deleted)
            .ToDictionary(static scan => $"log|{scan.Id.Log}", StringComparer.Ordinal);
        foreach (var (log, scan) in _scans)
        {
            foreach (var name in scan.Segments.Select(static segment => segment.Name).Concat(scan.Copies.Keys))
            {
                _logOf[name] = log;
            }
        }
    }

    /// <summary>How often each rare thing was seen, by name.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Checks what both stores recorded, and says in the scans what was taken out when.</summary>
    /// <returns>How often each rare thing was seen, by name.</returns>
    public static IReadOnlyDictionary<string, long> Check(
        History history, ClientHistory clients, IEnumerable<LogScan> scans, Findings findings)
    {
        var check = new RetentionCheck(scans, clients, findings);
        var events = history.Rows.Select(static one => (one.Order, (object)one))
            .Concat(history.Appends.Select(static one => (one.Order, (object)one)))
            .Concat(history.Deletions.Select(static one => (one.Order, (object)one)))
            .OrderBy(static one => one.Order);
        foreach (var (_, happened) in events)
        {
            check.Take(happened);
        }

        return check.Counts;
    }

    private void Take(object happened)
    {
        switch (happened)
        {
            case StoredAppend append:
                _storage.Add(append);
                break;
            case StoredDeletion deletion:
                CheckDeletion(deletion);
                _storage.Add(deletion);
                break;
            case StoredRows { Partition: "topics" } topics:
                TakeTopics(topics);
                break;
            case StoredRows rows when _scans.ContainsKey(rows.Partition):
                TakeRows(rows);
                break;
        }
    }

    private void TakeTopics(StoredRows topics)
    {
        foreach (var (key, value) in topics.Changes)
        {
            if (value is not null && key.StartsWith("topic|", StringComparison.Ordinal))
            {
                using var document = JsonDocument.Parse(value);
                _policies[document.RootElement.GetProperty("id").GetString()!] = TopicPolicy.Of(document.RootElement);
            }
        }
    }

    private void TakeRows(StoredRows rows)
    {
        var scan = _scans[rows.Partition];
        var before = _rows.GetValueOrDefault(rows.Partition, RowsOfLog.Empty);
        var after = before.After(rows);
        _rows[rows.Partition] = after;
        if (after.Head is { Deleted: true })
        {
            return;
        }

        scan.Starts.Add(rows.Order, after.LogStart);
        CheckNames(rows, before, after);
        if (_policies.TryGetValue($"{scan.Id.Topic}", out var policy))
        {
            var moment = new LogMoment(rows, before, after, scan, _clients.Of(scan.Id), policy, _storage);
            LogStartCheck.Check(moment, _findings, Count);
            SwitchCheck.Check(moment, _findings, Count);
            DiscardCheck.Check(moment, _findings, Count);
        }
    }

    private void CheckNames(StoredRows rows, RowsOfLog before, RowsOfLog after)
    {
        var named = after.Segments.Values.Select(static one => one.Segment).Append(after.Head?.Segment)
            .OfType<string>().Distinct().ToList();
        _counted.UnionWith(named);
        foreach (var name in named.Where(name => !before.Names(name) && _storage.WasDeleted(name)))
        {
            _findings.Add(
                AnomalyKind.SegmentMissing, rows.Partition, $"{name} is named (at {rows.Order}) after its bytes went");
        }
    }

    private void CheckDeletion(StoredDeletion deletion)
    {
        var name = deletion.Segment.Value;
        if (deletion.Bytes.Length == 0
            || !_logOf.TryGetValue(name, out var log)
            || !_rows.TryGetValue(log, out var rows)
            || rows.Head is { Deleted: true })
        {
            return;
        }

        if (rows.Names(name))
        {
            _findings.Add(
                AnomalyKind.SegmentMissing, log, $"the bytes of {name} went (at {deletion.Order}) while a row named it");
        }

        // A copy that was given up, and swept, while its writer slept comes into being when that wakes up: it never counted,
        // and its writer takes it away again.
        var isOrphan = _scans[log].Copies.ContainsKey(name) && !_counted.Contains(name)
            && !rows.Discards.Values.Any(one => one.Segment == name);
        if (!isOrphan && _policies.TryGetValue($"{_scans[log].Id.Topic}", out var policy))
        {
            DiscardCheck.CheckDeletion(deletion, log, rows, policy, _findings);
        }
    }

    private void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;
}
