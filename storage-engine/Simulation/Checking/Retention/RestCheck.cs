using System.Text.Json;
using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>Whether anything is left when keepers have come to rest: no discard, and no byte that nothing names.</summary>
internal static class RestCheck
{
    /// <summary>Checks what is stored at the end of a history, if keepers came to rest in it.</summary>
    public static void Check(ClientHistory clients, IEnumerable<LogScan> scans, Findings findings)
    {
        if (!clients.Operations.Any(static one => one.Request is Request.KeptToRest))
        {
            return;
        }

        foreach (var scan in scans.Where(static scan => !scan.Deleted))
        {
            var named = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, value) in scan.Partition.Rows)
            {
                if (key.StartsWith("discard|", StringComparison.Ordinal))
                {
                    findings.Add(AnomalyKind.LeftBehind, scan.Id, $"{key} at rest");
                }
                else if (key.StartsWith("segment|", StringComparison.Ordinal)
                    || key.StartsWith("head|", StringComparison.Ordinal))
                {
                    using var document = JsonDocument.Parse(value);
                    named.Add(document.RootElement.GetProperty("segment").GetString()!);
                }
            }

            CheckSegments(scan, named, findings);
        }
    }

    // What lies behind the head is found by seals. A creation that was lost or came late leaves an empty segment, and a
    // segment that was sealed without records loses its row to the next one.
    private static void CheckSegments(LogScan scan, HashSet<string> named, Findings findings)
    {
        var fromHead = scan.Segments.SkipWhile(segment => RowCheck.HeadSegment(scan.Partition) != segment.Name)
            .Select(static segment => segment.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var left in scan.Partition.Segments.Concat(scan.Partition.Copies)
            .Where(one => IsStored(one) && !named.Contains(one.Name) && !fromHead.Contains(one.Name)))
        {
            findings.Add(AnomalyKind.LeftBehind, scan.Id, $"{left.Name} of {left.Length} bytes, which nothing names");
        }
    }

    private static bool IsStored(StoredSegment segment) => segment is { IsGone: false, Length: > 0 }
        && (segment.Name.StartsWith("copies/", StringComparison.Ordinal)
            || segment.Blocks.Any(static block => block.Batches.Length > 0));
}
