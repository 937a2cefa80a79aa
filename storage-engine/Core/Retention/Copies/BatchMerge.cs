using System.Buffers;
using System.Collections;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// Puts one batch of a copy together from neighbours in the log: a hundred small batches cost a reader, and the codec,
/// more than one large one.
/// </summary>
/// <remarks>
/// Offsets, timestamps, keys, values and headers stay. The batch stands for all offsets of its sources, also where
/// records were taken out. It names no producer: what the log remembers of producers is in its checkpoints.
/// </remarks>
/// <param name="compression">The codecs.</param>
/// <param name="choice">How the batch may be compressed.</param>
internal sealed class BatchMerge(ICompression compression, CopyCompression choice)
{
    /// <summary>
    /// The most bytes of records in a batch that has several sources, before it is compressed: Kafka's default
    /// <c>max.message.bytes</c>, which every reader can take.
    /// </summary>
    public const int BytesMax = 1024 * 1024;

    // A batch that restores to more is not given another codec: the memory for it would be the largest of the copy.
    private const int RecompressedBytesMax = 8 * BytesMax;

    private ArrayBufferWriter<byte> _records = new(BytesMax);
    private byte[] _firstBytes = [];
    private RecordBatch? _first;
    private bool _isWhole;
    private int _sources;
    private int _count;
    private int _epoch = RecordBatch.NoLeaderEpoch;
    private long _lastOffset;
    private long _baseTimestamp;
    private long _maxTimestamp = -1;

    /// <summary>Whether it has no batch yet.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>Whether another batch may go into it; the first one may always.</summary>
    /// <param name="batch">The next one of the log.</param>
    /// <param name="recordBytes">The bytes of its records, restored.</param>
    public bool Takes(RecordBatch batch, int recordBytes) =>
        _first is not { } first
        || (first.Compression == batch.Compression
            && first.IsLogAppendTime == batch.IsLogAppendTime
            && (!first.IsLogAppendTime || first.MaxTimestamp == batch.MaxTimestamp)
            && batch.LastOffset - first.BaseOffset < int.MaxValue
            && _records.WrittenCount + recordBytes <= BytesMax);

    /// <summary>Adds the records of a batch that are kept.</summary>
    /// <param name="batch">A batch that <see cref="Takes"/> has said it may take.</param>
    /// <param name="records">Its records, restored; they parse.</param>
    /// <param name="kept">For each of them whether it is kept; at least one is.</param>
    public void Add(RecordBatch batch, ReadOnlyMemory<byte> records, BitArray kept)
    {
        _isWhole = _first is null && kept.HasAllSet();
        _sources++;
        _first ??= Own(batch);
        _epoch = Math.Max(_epoch, batch.LeaderEpoch);
        _lastOffset = batch.LastOffset;
        var place = 0;
        var all = new RecordEnumerator(batch, records);
        while (all.MoveNext())
        {
            if (kept[place++])
            {
                Append(all);
            }
        }
    }

    /// <summary>Completes the batch and begins the next one; at least one was added.</summary>
    public RecordBatch Build()
    {
        Invariant.Holds(_first is not null && _count > 0);
        var batch = _isWhole ? Recompressed(_first!) : Assembled(_first!);
        if (batch.Length > BlockFormat.BatchBytesMax)
        {
            // What its producer had compressed better than this codec does. Then it stays with all its records; several
            // sources are never that large.
            Invariant.Holds(_sources == 1);
            batch = _first!;
        }

        Clear();
        return batch;
    }

    /// <summary>The same batch in the codec that it should have, if that pays; else the batch itself.</summary>
    public RecordBatch Recompressed(RecordBatch batch)
    {
        var type = choice.For(batch.Compression);
        if (type == batch.Compression)
        {
            return batch;
        }

        try
        {
            var records = batch.Compression == CompressionType.None
                ? batch.Payload
                : compression.Decompress(batch.Compression, batch.Payload, RecompressedBytesMax);
            var compressed = compression.Compress(type, records.Span);
            return CopyCompression.Pays(batch.Length, RecordBatch.HeaderBytes + compressed.Length)
                ? RecordBatchHeader.Of(batch, type, compressed.Span)
                : batch;
        }
        catch (InvalidDataException)
        {
            // Too large, or its producer compressed something else: kept as it came.
            return batch;
        }
    }

    // The memory of the log's batches is used again while others are added.
    private RecordBatch Own(RecordBatch batch)
    {
        if (_firstBytes.Length < batch.Length)
        {
            _firstBytes = GC.AllocateUninitializedArray<byte>(Math.Max(batch.Length, BytesMax));
        }

        batch.Bytes.CopyTo(_firstBytes);
        return new RecordBatch(_firstBytes.AsMemory(0, batch.Length));
    }

    private void Append(in RecordEnumerator record)
    {
        var timestamp = record.CreateTimestamp;
        var offsetDelta = (int)(record.Current.Offset - _first!.BaseOffset);
        _baseTimestamp = _count == 0 ? timestamp : _baseTimestamp;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        RecordFrame.Copy(record.CurrentBytes, timestamp - _baseTimestamp, offsetDelta, _records);
        _count++;
    }

    private RecordBatch Assembled(RecordBatch first)
    {
        var header = new RecordBatchHeader(
            first.BaseOffset,
            _epoch,
            first.IsLogAppendTime,
            (int)(_lastOffset - first.BaseOffset),
            _baseTimestamp,
            first.IsLogAppendTime ? first.MaxTimestamp : _maxTimestamp,
            _count);
        var records = _records.WrittenMemory;
        var type = choice.For(first.Compression);
        if (type == CompressionType.None)
        {
            return header.Over(CompressionType.None, records.Span);
        }

        // What a producer compressed stays compressed unless that makes it larger.
        var compressed = compression.Compress(type, records.Span);
        var pays = first.Compression == CompressionType.None
            ? CopyCompression.Pays(records.Length, compressed.Length)
            : compressed.Length < records.Length;
        return pays
            ? header.Over(type, compressed.Span)
            : header.Over(CompressionType.None, records.Span);
    }

    private void Clear()
    {
        // What one large batch needed is not kept for the small ones.
        if (_records.Capacity > 2 * BytesMax)
        {
            _records = new ArrayBufferWriter<byte>(BytesMax);
        }

        _records.ResetWrittenCount();
        (_first, _isWhole, _sources, _count, _epoch, _lastOffset) = (null, false, 0, 0, RecordBatch.NoLeaderEpoch, 0);
        (_baseTimestamp, _maxTimestamp) = (0, -1);
    }
}
