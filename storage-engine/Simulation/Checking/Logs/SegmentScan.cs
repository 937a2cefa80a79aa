using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Checking.Stored;

namespace Serverless.StorageEngine.Simulation.Checking.Logs;

/// <summary>What a scan of a segment's blocks gives so far.</summary>
/// <param name="name">Its name.</param>
/// <param name="baseOffset">Its first offset.</param>
/// <param name="indexInterval">The least distance of two index entries at first.</param>
internal sealed class SegmentScan(string name, long baseOffset, long indexInterval = SegmentScan.IntervalStart)
{
    private const int EntriesMax = 1_024;
    /// <summary>The least distance of two index entries at first: 1 MiB, and in copies a little more than a block.</summary>
    public const long IntervalStart = 1024 * 1024;
    public const long IntervalStartOfCopies = 544 * 1024;

    private ImmutableArray<StoredIndexEntry> _index = [];

    public string Name { get; } = name;

    public long BaseOffset { get; } = baseOffset;

    /// <summary>0 while there is no block.</summary>
    public long CreatedAt { get; private set; }

    public int Blocks { get; private set; }

    public long MinTimestamp { get; private set; } = long.MaxValue;

    /// <summary>The largest timestamp of the log up to here, or -1.</summary>
    public long MaxTimestamp { get; private set; } = -1;

    /// <summary>The largest timestamp of its own records, or -1.</summary>
    public long OwnMaxTimestamp { get; private set; } = -1;

    /// <summary>Whether its beginning was not scanned.</summary>
    public bool IsAdopted { get; private set; }

    public long IndexInterval { get; private set; } = indexInterval;

    public ImmutableArray<StoredIndexEntry> Index => _index;

    /// <summary>The last block; null while there is none.</summary>
    public StoredBlock? Last { get; private set; }

    /// <summary>Takes over what a state section says, where the blocks before it are gone.</summary>
    public void Adopt(StoredState state)
    {
        IsAdopted = true;
        CreatedAt = state.SegmentCreatedAt;
        Blocks = (int)state.SegmentBlocks;
        MinTimestamp = state.SegmentMinTimestamp;
        IndexInterval = state.IndexInterval;
        _index = state.Index;
    }

    /// <summary>Folds the next block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="maxTimestampBefore">The largest timestamp of the log in front of it.</param>
    public void Add(StoredBlock block, long maxTimestampBefore)
    {
        CreatedAt = Blocks == 0 ? block.WrittenAt : CreatedAt;
        Blocks++;
        Last = block;
        MaxTimestamp = maxTimestampBefore;
        foreach (var batch in block.Batches)
        {
            MinTimestamp = Math.Min(MinTimestamp, batch.MaxTimestamp);
            MaxTimestamp = Math.Max(MaxTimestamp, batch.MaxTimestamp);
            OwnMaxTimestamp = Math.Max(OwnMaxTimestamp, batch.MaxTimestamp);
        }

        if (block.Batches.Length > 0)
        {
            AddEntry(new StoredIndexEntry(block.Position, block.Batches[0].BaseOffset, maxTimestampBefore));
        }
    }

    // "The least distance of two index entries: 1 MiB, doubled whenever the index is full."
    private void AddEntry(StoredIndexEntry entry)
    {
        while (_index.IsEmpty || entry.Position - _index[^1].Position >= IndexInterval)
        {
            if (_index.Length < EntriesMax)
            {
                _index = _index.Add(entry);
                return;
            }

            _index = [.. _index.Where(static (_, place) => place % 2 == 0)];
            IndexInterval *= 2;
        }
    }
}
