using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// How far a log can have reached at a moment: exactly, when the segment store was recorded; else up to the first
/// record whose value nobody had sent yet.
/// </summary>
internal sealed class DurableEnds
{
    private readonly KnownEnds? _recorded;
    private readonly long _start;
    private readonly List<int> _lastInvoked = [];

    /// <summary>Prepares the answers for one partition.</summary>
    /// <param name="scan">Its log.</param>
    /// <param name="partition">What clients did.</param>
    /// <param name="appends">The appends that took effect, by segment; empty when the store was not recorded.</param>
    public DurableEnds(LogScan scan, PartitionHistory partition, ILookup<string, StoredAppend> appends)
    {
        _start = scan.Start;
        if (appends.Count > 0)
        {
            _recorded = new KnownEnds();
            foreach (var append in scan.Segments.SelectMany(segment => appends[segment.Name]))
            {
                if (scan.Ends.TryGetValue((append.Segment.Value, append.End), out var end))
                {
                    _recorded.Add(append.Order, end);
                }
            }

            return;
        }

        var latest = -1;
        foreach (var record in scan.Records)
        {
            latest = Math.Max(latest, partition.Values.GetValueOrDefault(record.Value)?.FirstInvoked ?? -1);
            _lastInvoked.Add(latest);
        }
    }

    /// <summary>The furthest end that can have been durable before a moment.</summary>
    public long Before(int order)
    {
        if (_recorded is not null)
        {
            return Math.Max(_start, _recorded.Before(order));
        }

        var place = _lastInvoked.BinarySearch(order);
        return _start + (place >= 0 ? place : ~place);
    }
}
