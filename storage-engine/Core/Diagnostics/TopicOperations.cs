using System.Collections.Concurrent;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>
/// Counts a node's paid storage calls by topic, as far as what they touch names one: segments, copies and the rows of
/// logs, and a topic's own shared log. Rows of groups, queues and topics name none, nor do the shared logs of groups of
/// topics.
/// </summary>
/// <remarks>
/// Bounded: the calls of <see cref="TopicsMax"/> topics are counted, the first that are met; of others nothing is known.
/// </remarks>
public sealed class TopicOperations
{
    /// <summary>The most topics that are counted, at some 100 bytes each.</summary>
    public const int TopicsMax = 10_000;

    private const int IdDigits = 32;
    private const string CopyPrefix = "copies/";
    private const string CarrierPrefix = "carriers/t-";
    private const string SharedPrefix = "shared|t-";
    private const string LogPrefix = "log|";
    private const string TableOperation = "table.";
    private const string Append = "segment.append";

    // Deletions are free of charge.
    private const string Delete = "segment.delete";

    private static readonly string[] Reads = ["segment.read", "segment.length"];

    private readonly ConcurrentDictionary<TopicId, Counters> _topics = new();

    /// <summary>What was counted for a topic; all 0 when it was not met, or too many others were.</summary>
    public TopicOperationCounts CountsOf(TopicId topic) =>
        _topics.TryGetValue(topic, out var counters) ? counters.Read() : default;

    /// <summary>Counts one call.</summary>
    /// <param name="operation">Its kind, as in the metric <c>serverless.storage.operations</c>.</param>
    /// <param name="target">The segment's name, or the table partition.</param>
    internal void Count(string operation, string target)
    {
        if (operation == Delete || TopicOf(target) is not { } topic)
        {
            return;
        }

        if (!_topics.TryGetValue(topic, out var counters))
        {
            if (_topics.Count >= TopicsMax)
            {
                return;
            }

            counters = _topics.GetOrAdd(topic, static _ => new Counters());
        }

        counters.Add(operation);
    }

    /// <summary>The topic that a segment's name or a table partition names, or null.</summary>
    internal static TopicId? TopicOf(string target)
    {
        var name = target.AsSpan();
        var digits = name.StartsWith(CopyPrefix, StringComparison.Ordinal) ? name[CopyPrefix.Length..]
            : name.StartsWith(CarrierPrefix, StringComparison.Ordinal) ? name[CarrierPrefix.Length..]
            : name.StartsWith(SharedPrefix, StringComparison.Ordinal) ? name[SharedPrefix.Length..]
            : name.StartsWith(LogPrefix, StringComparison.Ordinal) ? name[LogPrefix.Length..]
            : name;
        return digits.Length >= IdDigits
            && Bits128.TryParse(digits[..IdDigits], out var id)
            ? TopicId.WithoutPartition(id)
            : null;
    }

    private sealed class Counters
    {
        private long _appends;
        private long _otherWrites;
        private long _reads;
        private long _tableOperations;

        public void Add(string operation) => Interlocked.Increment(ref Of(operation));

        public TopicOperationCounts Read() => new(
            Interlocked.Read(ref _appends),
            Interlocked.Read(ref _otherWrites),
            Interlocked.Read(ref _reads),
            Interlocked.Read(ref _tableOperations));

        private ref long Of(string operation)
        {
            if (operation.StartsWith(TableOperation, StringComparison.Ordinal))
            {
                return ref _tableOperations;
            }

            if (operation == Append)
            {
                return ref _appends;
            }

            return ref Reads.Contains(operation) ? ref _reads : ref _otherWrites;
        }
    }
}
