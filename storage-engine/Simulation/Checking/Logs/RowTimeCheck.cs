using System.Text.Json;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>Goes through every committed state of the rows of logs: none points to a byte that was not stored then,
/// and no log start falls.</summary>
internal static class RowTimeCheck
{
    /// <summary>Checks what both stores recorded.</summary>
    public static void Check(
        IReadOnlyCollection<StoredRows> transactions, IReadOnlyCollection<StoredAppend> appends, Findings findings)
    {
        if (transactions.Count == 0 || appends.Count == 0)
        {
            return;
        }

        var ends = new Dictionary<string, long>(StringComparer.Ordinal);
        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        using var next = appends.GetEnumerator();
        var more = next.MoveNext();
        foreach (var transaction in transactions)
        {
            for (; more && next.Current.Order < transaction.Order; more = next.MoveNext())
            {
                ends[next.Current.Segment.Value] = next.Current.End;
            }

            foreach (var (key, value) in transaction.Changes)
            {
                if (value is not null && transaction.Partition.StartsWith("log|", StringComparison.Ordinal))
                {
                    CheckRow(key, value, ends, starts, findings);
                }
            }
        }
    }

    private static void CheckRow(
        string key, byte[] value, Dictionary<string, long> ends, Dictionary<string, long> starts, Findings findings)
    {
        var isHead = key.StartsWith("head|", StringComparison.Ordinal);
        if (!isHead && !key.StartsWith("segment|", StringComparison.Ordinal))
        {
            return;
        }

        using var document = JsonDocument.Parse(value);
        var row = document.RootElement;
        var name = row.GetProperty("segment").GetString()!;
        var last = row.GetProperty(isHead ? "checkpointPosition" : "sealPosition").GetInt64();
        findings.Expect(
            last < 0 || last < ends.GetValueOrDefault(name),
            AnomalyKind.RowAhead,
            key,
            $"a row that points into {name} below",
            ends.GetValueOrDefault(name),
            last);
        if (isHead)
        {
            var start = row.GetProperty("logStartOffset").GetInt64();
            findings.Expect(
                start >= starts.GetValueOrDefault(key),
                AnomalyKind.EndFell,
                key,
                "log start offset at least",
                starts.GetValueOrDefault(key),
                start);
            starts[key] = start;
        }
    }
}
