using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>Fills the blocks of one copy with batches, and keeps the index.</summary>
/// <remarks>
/// Blocks are as large as a reader's first read: whoever wants one record reads one block, and whoever reads on asks
/// for several at once. So the index has nearly every block, too.
/// </remarks>
/// <param name="job">What is copied.</param>
/// <param name="parts">Where the blocks go.</param>
/// <param name="memory">Where a block is filled: one copy at a time.</param>
/// <param name="node">Who writes.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class CopyBlocks(
    CopyJob job, CopyParts parts, CopyMemory memory, NodeIdentity node, TimeProvider time, Random random)
{
    /// <summary>What a block is filled up to; only one with a single batch may be larger.</summary>
    public const int BlockBytesTarget = (1024 + 64) * 1024;

    // Every block that is at least half full has an entry.
    private const long IndexIntervalBytes = BlockBytesTarget / 2;

    private readonly byte[] _batches = memory.Block;
    private readonly List<BlockEntry> _entries = [];
    private int _length;
    private int _blocks;
    private int _blockEpoch;
    private int _epoch;
    private long _nextOffset = job.BaseOffset;
    private long _previousPosition = -1;
    private Bits128 _chainHash = BlockChain.Start;
    private SparseIndex _index = new(IndexIntervalBytes, []);
    private long _maxTimestamp = job.MaxTimestampBefore;
    private long _maxTimestampBefore = job.MaxTimestampBefore;
    private long _records;
    private long _minTimestamp = long.MaxValue;
    private long _largestTimestamp = -1;

    /// <summary>Adds a batch behind those before it.</summary>
    /// <param name="batch">Its bytes are copied.</param>
    /// <param name="cancellationToken">Abandons the copy.</param>
    public async ValueTask AddAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        Invariant.Holds(batch.BaseOffset >= _nextOffset && batch.NextOffset <= job.NextOffset);
        Invariant.Holds(batch.Length <= BlockFormat.BatchBytesMax);
        if (!HasRoomFor(batch))
        {
            await WriteAsync(BlockBody.Empty, cancellationToken);
        }

        batch.Bytes.CopyTo(_batches.AsMemory(_length));
        _entries.Add(BlockEntry.Of(job.Partition, new KeyedBatch(batch, Request: null), _length));
        _length += batch.Length;
        _nextOffset = batch.NextOffset;
        _records += batch.RecordCount;
        _blockEpoch = Math.Max(_blockEpoch, batch.LeaderEpoch);
        _maxTimestamp = Math.Max(_maxTimestamp, batch.MaxTimestamp);
        _minTimestamp = Math.Min(_minTimestamp, batch.MaxTimestamp);
        _largestTimestamp = Math.Max(_largestTimestamp, batch.MaxTimestamp);
    }

    /// <summary>Writes what is left and the last block, and makes the copy exist.</summary>
    /// <param name="tombstones">How many records without a value were counted.</param>
    /// <param name="cancellationToken">Abandons the copy.</param>
    public async ValueTask<CopiedSegment> EndAsync(long tombstones, CancellationToken cancellationToken)
    {
        if (_entries.Count > 0)
        {
            await WriteAsync(BlockBody.Empty, cancellationToken);
        }

        var summary = new CopySummary(
            job.BaseOffset, job.NextOffset, _records, _minTimestamp, _largestTimestamp, _index);
        var lastPosition = parts.Length;
        await WriteAsync(BlockBody.Empty with { Copy = summary }, cancellationToken);
        await parts.CommitAsync(cancellationToken);
        return new CopiedSegment(job, summary, parts.Length, _blocks, lastPosition, tombstones);
    }

    private bool HasRoomFor(RecordBatch batch) =>
        _entries.Count == 0
        || (_entries.Count < BlockFormat.EntriesMax
            && BlockFormat.HeaderBytes + ((_entries.Count + 1) * BlockFormat.EntryBytes) + _length + batch.Length
                + BlockFormat.TrailerBytes <= BlockBytesTarget);

    private async ValueTask WriteAsync(BlockBody body, CancellationToken cancellationToken)
    {
        _epoch = Math.Max(_epoch, _blockEpoch);
        var stamp = new BlockStamp(
            BlockKind.Copied,
            _entries.Count == 0 ? _epoch : _blockEpoch,
            node.Id,
            random.NextNonce(),
            time.GetUtcNow().ToUnixTimeMilliseconds());
        var place = new CopyPlace(job.Partition.Log, _blocks, _previousPosition, _chainHash);
        var block = CopyBlockEncoder.Encode(place, stamp, body, _entries, _batches.AsMemory(0, _length));
        if (_entries.Count > 0)
        {
            _index = _index.With(new IndexEntry(parts.Length, _entries[0].BaseOffset, _maxTimestampBefore));
        }

        var position = parts.Length;
        await parts.AddAsync(block.Bytes, cancellationToken);
        (_previousPosition, _chainHash, _maxTimestampBefore) = (position, block.NextChainHash, _maxTimestamp);
        _blocks++;
        _entries.Clear();
        (_length, _blockEpoch) = (0, 0);
    }
}
