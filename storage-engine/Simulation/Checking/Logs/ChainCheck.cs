using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>
/// Scans the blocks of a partition from the first one on and holds each against all before it: position, number,
/// hash, epoch, nonce, seals, offsets, and what checkpoints say.
/// </summary>
/// <remarks>After a finding the scan believes the block, so that one fault is not reported by every block
/// behind it.</remarks>
internal sealed class ChainCheck
{
    private readonly Findings _findings;
    private readonly LogScan _scan;
    private readonly HashSet<UInt128> _nonces = [];
    private readonly AppendMemory _memory;
    private StoredBlock? _last;
    private SegmentScan? _segment;
    private long _maxTimestamp = -1;
    private (UInt128 Id, string Address) _leader = (0, "");
    private bool _ended;

    private ChainCheck(LogScan scan, MemoryLimits limits, Findings findings) =>
        (_scan, _memory, _findings) = (scan, new AppendMemory(limits), findings);

    /// <summary>Scans one partition.</summary>
    public static LogScan Scan(StoredPartition partition, MemoryLimits limits, Findings findings)
    {
        foreach (var segment in partition.Segments)
        {
            foreach (var fault in segment.Faults)
            {
                findings.Add(AnomalyKind.DamagedBlock, segment.Name, fault);
            }
        }

        var isDeleted = RowCheck.IsDeleted(partition);
        var scan = new LogScan(partition)
        {
            Deleted = isDeleted,
            Copies = isDeleted ? [] : partition.Copies.ToDictionary(
                static copy => copy.Name,
                copy => CopyScan.Scan(copy, partition.Id, findings),
                StringComparer.Ordinal),
        };
        if (!scan.Deleted)
        {
            var check = new ChainCheck(scan, limits, findings);
            foreach (var segment in SegmentOrder.Follow(partition, findings))
            {
                check.Enter(segment);
            }
        }

        return scan;
    }

    private void Enter(StoredSegment stored)
    {
        _findings.Expect(!_ended, AnomalyKind.BrokenSeal, stored.Name, "no segment behind", "the end", "one");
        if (_last is null && stored.Blocks is [{ Number: not 0, State: { } state } first, ..])
        {
            Adopt(stored, first, state);
        }

        if (_segment is null || _last is not null)
        {
            _segment = new SegmentScan(stored.Name, _scan.NextOffset);
            _scan.Segments.Add(_segment);
        }

        foreach (var block in stored.Blocks)
        {
            CheckPlace(block);
            CheckKind(block, isLast: block == stored.Blocks[^1]);
            CheckState(block);
            Fold(block);
        }
    }

    // A log whose beginning was removed is believed from its first checkpoint on.
    private void Adopt(StoredSegment stored, StoredBlock first, StoredState state)
    {
        _findings.Expect(
            RowCheck.LogStartOffset(_scan.Partition) >= state.SegmentBaseOffset,
            AnomalyKind.BrokenChain,
            stored.Name,
            "the first block of the log, not block",
            0L,
            first.Number);
        _scan.Start = state.NextOffset;
        _maxTimestamp = state.MaxTimestamp;
        _memory.Adopt(first.Memory);
        _leader = (state.LeaderId, state.LeaderAddress);
        _segment = new SegmentScan(stored.Name, state.SegmentBaseOffset);
        _segment.Adopt(state);
        _scan.Segments.Add(_segment);
    }

    private void CheckPlace(StoredBlock block)
    {
        var previous = _segment!.Last;
        _findings.Expect(
            block.Log == _scan.Id.Log.Value, AnomalyKind.BrokenChain, block, "log", _scan.Id.Log.Value, block.Log);
        _findings.Expect(
            block.PreviousPosition == (previous?.Position ?? -1),
            AnomalyKind.BrokenChain,
            block,
            "previous position",
            previous?.Position ?? -1,
            block.PreviousPosition);
        _findings.Expect(
            _nonces.Add(block.Nonce), AnomalyKind.NonceRepeated, block, "a nonce other than", block.Nonce, block.Nonce);
        if (_last is null && block.Number > 0)
        {
            return;
        }

        _findings.Expect(
            block.Number == (_last?.Number + 1 ?? 0),
            AnomalyKind.BrokenChain,
            block,
            "block number",
            _last?.Number + 1 ?? 0,
            block.Number);
        _findings.Expect(
            block.ChainHash == (_last?.NextChainHash ?? 0),
            AnomalyKind.BrokenChain,
            block,
            "chain hash",
            _last?.NextChainHash ?? 0,
            block.ChainHash);
        var epoch = (_last?.Epoch ?? 0) + (block.Kind == StoredBlockKind.Barrier ? 1 : 0);
        _findings.Expect(block.Epoch == epoch, AnomalyKind.BrokenEpoch, block, "epoch", epoch, block.Epoch);
    }

    private void CheckKind(StoredBlock block, bool isLast)
    {
        var isSeal = block.Kind == StoredBlockKind.Seal;
        _findings.Expect(
            isSeal == block.Successor is not null && (!isSeal || isLast),
            AnomalyKind.BrokenSeal,
            block,
            "a seal as last block of its segment only, with a successor; this is of kind",
            StoredBlockKind.Seal,
            block.Kind);
        _findings.Expect(
            (block.Kind == StoredBlockKind.Barrier) == block.Leader is not null,
            AnomalyKind.BrokenEpoch,
            block,
            "a leader named by barriers only, not by kind",
            StoredBlockKind.Barrier,
            block.Kind);
        _findings.Expect(
            block.State is not null == (block.Kind != StoredBlockKind.Data),
            AnomalyKind.WrongCheckpoint,
            block,
            "a state in every block but data blocks, not in kind",
            StoredBlockKind.Checkpoint,
            block.Kind);
        _findings.Expect(
            block.State is not null || _segment!.Blocks > 0,
            AnomalyKind.WrongCheckpoint,
            block,
            "a state in the first block of a segment, not kind",
            StoredBlockKind.Checkpoint,
            block.Kind);
        _findings.Expect(
            !isSeal || block.Batches.IsEmpty, AnomalyKind.BrokenSeal, block, "batches", 0, block.Batches.Length);
    }

    private void CheckState(StoredBlock block)
    {
        if (block.State is not { } carried)
        {
            return;
        }

        var segment = _segment!;
        var folded = new StoredState(
            segment.BaseOffset,
            segment.Blocks == 0 ? carried.SegmentCreatedAt : segment.CreatedAt,
            segment.Blocks,
            _scan.NextOffset,
            _maxTimestamp,
            segment.MinTimestamp,
            _leader.Id,
            _leader.Address,
            segment.IndexInterval,
            segment.Index);
        _findings.Expect(
            carried.Equals(folded),
            AnomalyKind.WrongCheckpoint,
            block,
            "state",
            folded,
            carried);
        if (block.Memory is { } carriedMemory)
        {
            var memory = _memory.Now();
            _findings.Expect(
                carriedMemory.Equals(memory), AnomalyKind.WrongCheckpoint, block, "memory", memory, carriedMemory);
        }
    }

    private void Fold(StoredBlock block)
    {
        _segment!.Add(block, _maxTimestamp);
        _memory.Begin(block);
        if (block.FencingToken is { } token)
        {
            _scan.Fences.Add((_scan.NextOffset, token));
        }

        foreach (var batch in block.Batches)
        {
            _findings.Expect(
                batch.BaseOffset == _scan.NextOffset,
                AnomalyKind.OffsetGap,
                block,
                "base offset",
                _scan.NextOffset,
                batch.BaseOffset);
            SequenceCheck.Check(block, batch, _memory, _findings);
            _scan.Repeats.Add(batch, _memory);
            _memory.Add(batch);
            _scan.Records.AddRange(batch.Records);
        }

        _memory.End(block);

        _maxTimestamp = _segment.MaxTimestamp;

        _leader = block.Leader ?? _leader;
        _ended |= block.Successor is "";
        _scan.Blocks.Add(block);
        _scan.Ends[(block.Segment, block.End)] = _scan.NextOffset;
        _last = block;
    }
}
