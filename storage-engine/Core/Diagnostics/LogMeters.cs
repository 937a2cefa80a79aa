using System.Diagnostics.Metrics;
using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>What clients ask of logs, and what blocks and caches make of it.</summary>
public sealed class LogMeters
{
    private readonly Counter<long> _appends;
    private readonly Counter<long> _fetches;
    private readonly Counter<long> _recordsFetched;
    private readonly Counter<long> _bytesFetched;
    private readonly Histogram<double> _fetchDuration;
    private readonly Histogram<long> _blockRecords;
    private readonly Histogram<long> _blockBytes;
    private readonly Counter<long> _cacheLookups;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meter">Their meter.</param>
    internal LogMeters(Meter meter)
    {
        _appends = meter.CreateCounter<long>(
            "serverless.log.appends", "{append}", "Appends of a batch to a partition, by how they ended.");
        _fetches = meter.CreateCounter<long>(
            "serverless.log.fetches", "{fetch}", "Fetches from a partition, by how they ended.");
        _recordsFetched = meter.CreateCounter<long>(
            "serverless.log.records.fetched", "{record}", "Records in the batches that were handed to readers.");
        _bytesFetched = meter.CreateCounter<long>(
            "serverless.log.bytes.fetched", "By", "Bytes of record batches handed to readers.");
        _fetchDuration = meter.CreateHistogram(
            "serverless.log.fetch.duration", "s", "How long fetches took.", advice: EngineMeters.Latency);
        _blockRecords = meter.CreateHistogram(
            "serverless.log.block.records",
            "{record}",
            "Records in each block that this node stored.",
            advice: new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000],
            });
        _blockBytes = meter.CreateHistogram(
            "serverless.log.block.bytes",
            "By",
            "Bytes of each block that this node stored.",
            advice: new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries =
                    [1_024, 4_096, 16_384, 65_536, 262_144, 524_288, 1_048_576, 2_097_152, 4_194_304],
            });
        _cacheLookups = meter.CreateCounter<long>(
            "serverless.cache.lookups", "{lookup}", "Blocks that readers looked for in memory: hit or miss.");
    }

    /// <summary>Counts the end of an append.</summary>
    internal void CountAppend(string outcome) => _appends.Add(1, Outcome(outcome));

    /// <summary>Counts the end of a fetch.</summary>
    internal void CountFetch(string name, FetchOutcome? outcome, TimeSpan took)
    {
        _fetches.Add(1, Outcome(name));
        _fetchDuration.Record(took.TotalSeconds);
        if (outcome is not FetchOutcome.Fetched { Batches: { Count: > 0 } batches })
        {
            return;
        }

        var (records, bytes) = (0L, 0L);
        foreach (var batch in batches)
        {
            records += batch.RecordCount;
            bytes += batch.Length;
        }

        _recordsFetched.Add(records);
        _bytesFetched.Add(bytes);
    }

    /// <summary>Counts a block that was stored.</summary>
    internal void CountBlock(long records, long bytes)
    {
        _blockRecords.Record(records);
        _blockBytes.Record(bytes);
    }

    /// <summary>Counts a look for a block in memory.</summary>
    internal void CountLookup(bool found) =>
        _cacheLookups.Add(1, new KeyValuePair<string, object?>("result", found ? "hit" : "miss"));

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
