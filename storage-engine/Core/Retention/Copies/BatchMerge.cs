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
/// <param name="memory">Where it is put together: one batch at a time.</param>
internal sealed class BatchMerge(ICompression compression, CopyCompression choice, CopyMemory memory)
{
    /// <summary>
    /// The most bytes of records in a batch that has several sources, before it is compressed: Kafka's default
    /// <c>max.message.bytes</c>, which every reader can take.
    /// </summary>
    public const int BytesMax = 1024 * 1024;

    // A batch that restores to more is not given another codec: the memory for it would be the largest of the copy.
    private const int RecompressedBytesMax = 8 * BytesMax;

    /// <summary>The most bytes of a record that fits into every batch, whatever a codec makes of it.</summary>
    public const int RecordBytesMax = BlockFormat.BatchBytesMax - RecordBatch.HeaderBytes - RecordGrowthMax;

    // A record may get longer by what its length, its offset and its timestamp are written with.
    private const int RecordGrowthMax = 32;

    private ArrayBufferWriter<byte>? _merged;
    private RecordBatch? _first;
    private bool _isWhole;
    private int _count;
    private int _epoch = RecordBatch.NoLeaderEpoch;
    private long _baseOffset;
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
            && _merged!.WrittenCount - RecordBatch.HeaderBytes + recordBytes <= BytesMax);

    /// <summary>Adds the records of a batch that are kept.</summary>
    /// <param name="batch">A batch that <see cref="Takes"/> has said it may take.</param>
    /// <param name="records">Its records, restored; they parse.</param>
    /// <param name="kept">For each of them whether it is kept; at least one is, and none of those is larger than
    /// <see cref="RecordBytesMax"/> unless all are.</param>
    /// <param name="from">The place of the first record that was not added yet.</param>
    /// <returns>The place of the first record that has no room: the merge is to be built, and the rest of the batch begins
    /// the next one. The number of records when all were added.</returns>
    public int Add(RecordBatch batch, ReadOnlyMemory<byte> records, BitArray kept, int from)
    {
        _isWhole = _first is null && kept.HasAllSet();
        if (_first is null)
        {
            // The memory of the log's batches is used again while others are added.
            memory.First.Begin().Write(batch.Bytes.Span);
            _first = new RecordBatch(memory.First.Written);
            _merged = memory.Merged.Begin(RecordBatch.HeaderBytes);
        }

        _epoch = Math.Max(_epoch, batch.LeaderEpoch);
        var place = 0;
        var all = new RecordEnumerator(batch, records);
        for (; all.MoveNext(); place++)
        {
            if (place < from || !kept[place])
            {
                continue;
            }

            if (_count > 0
                && _merged!.WrittenCount + all.CurrentBytes.Length + RecordGrowthMax > BlockFormat.BatchBytesMax)
            {
                return place;
            }

            _baseOffset = _count > 0 ? _baseOffset : from == 0 ? batch.BaseOffset : all.Current.Offset;
            _lastOffset = all.Current.Offset;
            Append(all);
        }

        _lastOffset = batch.LastOffset;
        return place;
    }

    /// <summary>Completes the batch and begins the next one; at least one was added.</summary>
    /// <returns>The batch, whose memory is used again for the next one.</returns>
    public RecordBatch Build()
    {
        Invariant.Holds(_first is not null && _count > 0);
        var batch = _isWhole ? Recompressed(_first!) : Assembled(_first!);
        Invariant.Holds(batch.Length <= BlockFormat.BatchBytesMax);
        Clear();
        return batch;
    }

    /// <summary>
    /// The same batch in the codec that it should have, if that pays; else the batch itself. Its memory is used again for
    /// the next one.
    /// </summary>
    public RecordBatch Recompressed(RecordBatch batch)
    {
        var type = choice.For(batch.Compression);
        if (type == batch.Compression)
        {
            return batch;
        }

        try
        {
            var records = RecordBatchReader.Restore(
                batch, compression, RecompressedBytesMax, memory.Recoded.Begin());
            var compressed = Compressed(type, records);
            return CopyCompression.Pays(batch.Length, compressed.Length)
                ? RecordBatchHeader.Of(batch, type, compressed)
                : batch;
        }
        catch (InvalidDataException)
        {
            // Too large, or its producer compressed something else: kept as it came.
            return batch;
        }
    }

    // Room for the header, and the compressed records behind it.
    private Memory<byte> Compressed(CompressionType type, ReadOnlyMemory<byte> records)
    {
        compression.Compress(type, records.Span, memory.Compressed.Begin(RecordBatch.HeaderBytes));
        return memory.Compressed.Written;
    }

    private void Append(in RecordEnumerator record)
    {
        var timestamp = record.CreateTimestamp;
        var offsetDelta = (int)(record.Current.Offset - _baseOffset);
        _baseTimestamp = _count == 0 ? timestamp : _baseTimestamp;
        _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
        RecordFrame.Copy(record.CurrentBytes, timestamp - _baseTimestamp, offsetDelta, _merged!);
        _count++;
    }

    private RecordBatch Assembled(RecordBatch first)
    {
        var header = new RecordBatchHeader(
            _baseOffset,
            _epoch,
            first.IsLogAppendTime,
            (int)(_lastOffset - _baseOffset),
            _baseTimestamp,
            first.IsLogAppendTime ? first.MaxTimestamp : _maxTimestamp,
            _count);
        var merged = memory.Merged.Written;
        var type = choice.For(first.Compression);
        if (type == CompressionType.None)
        {
            return header.Over(CompressionType.None, merged);
        }

        // What a producer compressed stays compressed unless that makes it larger.
        var records = merged[RecordBatch.HeaderBytes..];
        var compressed = Compressed(type, records);
        var bytes = compressed.Length - RecordBatch.HeaderBytes;
        var pays = first.Compression == CompressionType.None
            ? CopyCompression.Pays(records.Length, bytes)
            : bytes < records.Length;
        return pays ? header.Over(type, compressed) : header.Over(CompressionType.None, merged);
    }

    private void Clear()
    {
        (_first, _merged) = (null, null);
        (_isWhole, _count, _epoch, _baseOffset, _lastOffset) = (false, 0, RecordBatch.NoLeaderEpoch, 0, 0);
        (_baseTimestamp, _maxTimestamp) = (0, -1);
    }
}
