using System.Collections;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>Takes the batches of the log one after the other and hands those of a copy on: selected, merged, and
/// compressed.</summary>
/// <param name="compression">The codecs.</param>
/// <param name="choice">How batches may be compressed.</param>
/// <param name="selection">Which records are kept; null for all.</param>
/// <param name="blocks">Where the batches of the copy go.</param>
/// <param name="memory">Where batches are restored and put together: one copy at a time.</param>
internal sealed class CopiedRecords(
    ICompression compression,
    CopyCompression choice,
    RecordSelection? selection,
    CopyBlocks blocks,
    CopyMemory memory)
{
    // Two of these make one batch.
    private const int SmallBytesMax = BatchMerge.BytesMax / 2;

    // Text compresses about this well, and more than a merge holds is not restored for one.
    private const int SmallCompressedBytesMax = SmallBytesMax / 8;

    private readonly BatchMerge _merge = new(compression, choice, memory);
    private readonly BitArray _kept = new(0);
    private int _largest;

    /// <summary>How many of the kept records have no value; counted only when records are selected.</summary>
    public long Tombstones { get; private set; }

    /// <summary>Batches with records that were to go and stayed: what was to stay of them fits into no batch.</summary>
    public long BatchesKeptWhole { get; private set; }

    /// <summary>Takes the next batch of the log.</summary>
    public async ValueTask AddAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        if (selection is null && !IsSmall(batch))
        {
            await AddAloneAsync(batch, mayRecompress: true, cancellationToken);
        }
        else if (Restore(batch) is not { } records || Judge(batch, records) is not { } count)
        {
            // Nobody can read its records, or they are too many to be merged: it stays as it is.
            await AddAloneAsync(batch, mayRecompress: false, cancellationToken);
        }
        else if (count == batch.RecordCount && (!IsSmall(batch) || records.Length > BatchMerge.BytesMax))
        {
            await AddAloneAsync(batch, mayRecompress: true, cancellationToken);
        }
        else if (count > 0 && _largest > BatchMerge.RecordBytesMax)
        {
            // What its producer has compressed so well that it fits into a block may not do so in another batch.
            BatchesKeptWhole++;
            await AddAloneAsync(batch, mayRecompress: false, cancellationToken);
        }
        else if (count > 0)
        {
            await MergeAsync(batch, records, cancellationToken);
        }
    }

    /// <summary>Hands on what is left.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (!_merge.IsEmpty)
        {
            await blocks.AddAsync(_merge.Build(), cancellationToken);
        }
    }

    private static bool IsSmall(RecordBatch batch) =>
        batch.Length <= (batch.Compression == CompressionType.None ? SmallBytesMax : SmallCompressedBytesMax);

    private async ValueTask AddAloneAsync(RecordBatch batch, bool mayRecompress, CancellationToken cancellationToken)
    {
        await EndAsync(cancellationToken);
        await blocks.AddAsync(mayRecompress ? _merge.Recompressed(batch) : batch, cancellationToken);
    }

    private async ValueTask MergeAsync(
        RecordBatch batch, ReadOnlyMemory<byte> records, CancellationToken cancellationToken)
    {
        if (!_merge.Takes(batch, records.Length))
        {
            await EndAsync(cancellationToken);
        }

        for (var place = 0; (place = _merge.Add(batch, records, _kept, place)) < batch.RecordCount;)
        {
            await EndAsync(cancellationToken);
        }
    }

    /// <summary>The records of a batch; null when they do not restore.</summary>
    private ReadOnlyMemory<byte>? Restore(RecordBatch batch)
    {
        if (batch.HasUnknownAttributes)
        {
            return null;
        }

        try
        {
            var lengthMax = selection is null ? BatchMerge.BytesMax : RecordBatchReader.DecompressedBytesMax;
            return RecordBatchReader.Restore(batch, compression, lengthMax, memory.Restored.Begin());
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Says of each record whether it is kept, and how many are; null when not all of them parse.</summary>
    private int? Judge(RecordBatch batch, ReadOnlyMemory<byte> records)
    {
        var (place, count, tombstones) = (0, 0, 0L);
        try
        {
            var all = new RecordEnumerator(batch, records);
            _kept.Length = batch.RecordCount;
            _kept.SetAll(false);
            _largest = 0;
            while (all.MoveNext())
            {
                if (all.CreateTimestamp < 0)
                {
                    return null;
                }

                var record = all.Current;
                var keeps = selection is null || selection(record);
                _kept[place++] = keeps;
                count += keeps ? 1 : 0;
                _largest = keeps ? Math.Max(_largest, all.CurrentBytes.Length) : _largest;
                tombstones += keeps && record.Value is null ? 1 : 0;
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        Tombstones += tombstones;
        return count;
    }
}
