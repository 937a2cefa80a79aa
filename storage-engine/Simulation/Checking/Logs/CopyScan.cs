using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>What a scan of a copy gives: a chain of its own, and records under the offsets that they have.</summary>
internal sealed class CopyScan
{
    private CopyScan(StoredSegment stored) => Stored = stored;

    /// <summary>What was scanned.</summary>
    public StoredSegment Stored { get; }

    /// <summary>The records by offset.</summary>
    public SortedDictionary<long, StoredRecord> Records { get; } = [];

    /// <summary>What its last block says; null without one.</summary>
    public StoredSummary? Summary { get; private set; }

    /// <summary>Scans a copy.</summary>
    public static CopyScan Scan(StoredSegment stored, PartitionId partition, Findings findings)
    {
        var scan = new CopyScan(stored);
        foreach (var fault in stored.Faults)
        {
            findings.Add(AnomalyKind.DamagedBlock, stored.Name, fault);
        }

        StoredBlock? last = null;
        foreach (var block in stored.Blocks)
        {
            scan.CheckPlace(block, last, partition, findings);
            scan.Fold(block, findings);
            last = block;
        }

        scan.CheckSummary(findings);
        return scan;
    }

    private void CheckPlace(StoredBlock block, StoredBlock? last, PartitionId partition, Findings findings)
    {
        Expect("kind", StoredBlockKind.Copied, block.Kind);
        Expect("log", partition.Log.Value, block.Log);
        Expect("block number", last?.Number + 1 ?? 0, block.Number);
        Expect("previous position", last?.Position ?? -1, block.PreviousPosition);
        Expect("chain hash", last?.NextChainHash ?? 0, block.ChainHash);
        Expect("a summary in the last block only", block == Stored.Blocks[^1], block.Summary is not null);

        void Expect<T>(string what, T expected, T found) =>
            findings.Expect(Equals(expected, found), AnomalyKind.BrokenChain, block, what, expected, found);
    }

    private void Fold(StoredBlock block, Findings findings)
    {
        Summary = block.Summary;
        var next = Records.Count == 0 ? 0 : Records.Keys.Last() + 1;
        foreach (var batch in block.Batches)
        {
            findings.Expect(
                batch.BaseOffset >= next, AnomalyKind.OffsetGap, block, "base offset at least", next, batch.BaseOffset);
            for (var place = 0; place < batch.Records.Length; place++)
            {
                Records[batch.OffsetOf(place)] = batch.Records[place];
            }

            next = batch.NextOffset;
        }
    }

    private void CheckSummary(Findings findings)
    {
        if (Summary is not { } summary)
        {
            return;
        }

        var index = new SegmentScan(Stored.Name, summary.BaseOffset, SegmentScan.IntervalStartOfCopies);
        var before = summary.Index.IsEmpty ? -1 : summary.Index[0].MaxTimestampBefore;
        foreach (var block in Stored.Blocks)
        {
            index.Add(block, before);
            before = index.MaxTimestamp;
        }

        Expect("records", Records.Count, summary.Records);
        Expect("smallest timestamp", index.MinTimestamp, summary.MinTimestamp);
        Expect("largest timestamp", index.OwnMaxTimestamp, summary.LargestTimestamp);
        Expect("index interval", index.IndexInterval, summary.IndexInterval);
        Expect("index", string.Join(' ', index.Index), string.Join(' ', summary.Index));
        Expect(
            "offsets",
            true,
            Records.Count == 0 || (Records.Keys.First() >= summary.BaseOffset && Records.Keys.Last() < summary.NextOffset));

        void Expect<T>(string what, T expected, T found) => findings.Expect(
            Equals(expected, found), AnomalyKind.WrongIndex, Stored.Name, what + " in its last block", expected, found);
    }
}
