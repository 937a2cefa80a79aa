using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>
/// Reads one partition, or all partitions of a topic, from a position on. Not safe for concurrent use.
/// </summary>
/// <remarks>
/// Within a partition records come in order; between partitions each page begins where the last one stopped, also when
/// the next page is another request's that brings the cursor, so that a busy partition does not starve the others.
/// </remarks>
internal sealed class TopicReader
{
    // Enough to hide a store's latency, few enough to bound what one page may bring into memory beside its limit.
    private const int FetchesAtOnce = 16;

    private readonly EventLog _log;
    private readonly CountedCompression _compression;
    private readonly Topic _topic;
    private readonly PartitionPosition[] _positions;
    private readonly PartitionOffsets?[] _ends;
    private int _first;

    private TopicReader(
        EventLog log, CountedCompression compression, Topic topic, PartitionPosition[] positions, int first)
    {
        _log = log;
        _compression = compression;
        _topic = topic;
        _positions = positions;
        _first = first;
        _ends = new PartitionOffsets?[positions.Length];
    }

    /// <summary>The topic that is read.</summary>
    public Topic Topic => _topic;

    /// <summary>The next offset of each partition that is read.</summary>
    public ReadOnlyMemory<PartitionPosition> Positions => _positions;

    /// <summary>What leads on behind the last page, and begins with the partition whose turn it is.</summary>
    public string Cursor => PartitionCursor.Write(_positions, _first);

    /// <summary>
    /// The ends of the same partitions as the last page saw them; null where no page has come to the partition.
    /// </summary>
    public ReadOnlySpan<PartitionOffsets?> Ends => _ends;

    /// <summary>Finds out where a read starts.</summary>
    /// <param name="log">The logs.</param>
    /// <param name="compression">
    /// The codecs of the request, for batches that a compaction has taken records out of: only they show how many of
    /// them a page holds.
    /// </param>
    /// <param name="found">The topic, and the partition if only one is read.</param>
    /// <param name="start">Where the client wants to start.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    /// <returns>A reader, or why there is none.</returns>
    public static async ValueTask<(TopicReader? Reader, Problem? Problem)> OpenAsync(
        EventLog log,
        CountedCompression compression,
        TopicSearch.Found found,
        ReadStart start,
        CancellationToken cancellationToken)
    {
        var topic = found.Topic;
        int[] partitions = found.Partition is { } one ? [one] : [.. Enumerable.Range(0, topic.PartitionCount)];
        if (start is ReadStart.After after && after.Positions.Keys.Any(named => !IsRead(named, found)))
        {
            return (null, Problem.InvalidRequest("The cursor names a partition that is not read here."));
        }

        var positions = new PartitionPosition[partitions.Length];
        foreach (var chunk in Enumerable.Range(0, partitions.Length).Chunk(FetchesAtOnce))
        {
            var offsets = await Task.WhenAll(chunk.Select(
                index => FindStartAsync(log, topic, partitions[index], start, cancellationToken).AsTask()));
            for (var i = 0; i < chunk.Length; i++)
            {
                if (offsets[i] is not { } offset)
                {
                    return (null, Problem.UnknownTopicOrPartition(topic.Name.Value, partitions[chunk[i]]));
                }

                positions[chunk[i]] = new(partitions[chunk[i]], offset);
            }
        }

        var first = start is ReadStart.After { First: var named } ? Array.IndexOf(partitions, named) : 0;
        return (new(log, compression, topic, positions, first), null);
    }

    /// <summary>Reads what is there now, and moves the positions behind it.</summary>
    /// <param name="recordsMax">The most records, at least 1.</param>
    /// <param name="bytesMax">
    /// Stop before the batches exceed this; but at least one record is given where there is one.
    /// </param>
    /// <param name="batches">What was read is added here.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Why the read cannot go on; null when it can.</returns>
    public async ValueTask<Problem?> ReadAsync(
        int recordsMax, int bytesMax, List<FetchedBatch> batches, CancellationToken cancellationToken)
    {
        var (records, bytes, visited) = (0L, 0L, 0);
        bool IsWanted() => records < recordsMax && (bytes < bytesMax || batches.Count == 0);
        while (visited < _positions.Length && IsWanted())
        {
            var count = Math.Min(FetchesAtOnce, _positions.Length - visited);
            var share = Math.Max(1, (int)((bytesMax - bytes) / count));
            var indexes = Enumerable.Range(visited + _first, count).Select(IndexOf).ToArray();
            var outcomes = await Task.WhenAll(
                indexes.Select(index => FetchAsync(index, share, cancellationToken).AsTask()));
            for (var i = 0; i < count && IsWanted(); i++, visited++)
            {
                if (outcomes[i] is not FetchOutcome.Fetched fetched)
                {
                    return ProblemOf(outcomes[i], _positions[indexes[i]]);
                }

                if (Take(indexes[i], fetched, recordsMax, bytesMax, batches, ref records, ref bytes) is { } refused)
                {
                    return refused;
                }
            }
        }

        _first = (_first + visited) % _positions.Length;
        return null;
    }

    /// <summary>Waits until there is something to read.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>False when the time is over.</returns>
    public ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        _log.WaitAsync(_topic, [.. _positions], timeout, cancellationToken);

    private Problem? Take(
        int index,
        FetchOutcome.Fetched fetched,
        int recordsMax,
        int bytesMax,
        List<FetchedBatch> batches,
        ref long records,
        ref long bytes)
    {
        var (partition, offset) = _positions[index];
        var isWhole = true;
        _ends[index] = new PartitionOffsets(fetched.LogStartOffset, fetched.HighWatermark);
        foreach (var batch in fetched.Batches)
        {
            if (records == recordsMax || (batches.Count > 0 && bytes + batch.Length > bytesMax))
            {
                isWhole = false;
                break;
            }

            var from = Math.Max(offset, batch.BaseOffset);
            if (BatchCut.At(batch, from, recordsMax - records, _compression, out var cut) is { } refused)
            {
                return refused;
            }

            if (cut.Records > 0)
            {
                batches.Add(new(partition, batch, from, cut.NextOffset));
                records += cut.Records;
                bytes += batch.Length;
            }

            (offset, isWhole) = (cut.NextOffset, cut.NextOffset == batch.NextOffset);
        }

        // Behind the last batch there may be offsets that a compaction has left no record of.
        _positions[index] = new(partition, isWhole ? Math.Max(offset, fetched.NextOffset) : offset);
        return null;
    }

    private int IndexOf(int visit) => visit % _positions.Length;

    private static bool IsRead(int partition, TopicSearch.Found found) =>
        found.Partition is { } one ? partition == one : partition < found.Topic.PartitionCount;

    private ValueTask<FetchOutcome> FetchAsync(int index, int bytesMax, CancellationToken cancellationToken) =>
        _log.FetchAsync(_topic, _positions[index].Partition, _positions[index].Offset, bytesMax, cancellationToken);

    private Problem ProblemOf(FetchOutcome outcome, PartitionPosition position) => outcome switch
    {
        FetchOutcome.OffsetOutOfRange range => new(
            ProblemCode.OffsetOutOfRange,
            $"Partition {position.Partition} has the offsets {range.LogStartOffset} to {range.HighWatermark} (the next "
            + $"one); {position.Offset} is not among them.")
        {
            Members = json =>
            {
                json.WriteNumber("partition", position.Partition);
                json.WriteNumber("log_start_offset", range.LogStartOffset);
                json.WriteNumber("high_watermark", range.HighWatermark);
            },
        },
        _ => Problem.UnknownTopicOrPartition(_topic.Name.Value, position.Partition),
    };

    private static async ValueTask<long?> FindStartAsync(
        EventLog log, Topic topic, int partition, ReadStart start, CancellationToken cancellationToken)
    {
        switch (start)
        {
            case ReadStart.At at:
                return at.Offset;
            case ReadStart.After after when after.Positions.TryGetValue(partition, out var offset):
                return offset;
            case ReadStart.Since since:
                var found = await log.FindOffsetAsync(topic, partition, since.Milliseconds, cancellationToken);
                return found?.Record?.Offset ?? found?.Ends.HighWatermark;
        }

        var ends = await log.GetOffsetsAsync(topic, partition, cancellationToken);
        return start is ReadStart.Latest ? ends?.HighWatermark : ends?.LogStartOffset;
    }
}
