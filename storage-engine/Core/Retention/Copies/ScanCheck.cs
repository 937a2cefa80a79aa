using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// Holds the blocks of a sealed segment against each other and against its row, in the order in which they lie: what a
/// copy is made of must be all that was there.
/// </summary>
/// <param name="log">The log that the segment belongs to.</param>
/// <param name="segment">Its row.</param>
/// <param name="start">Where the blocks begin; null for the beginning of the segment.</param>
internal sealed class ScanCheck(LogId log, SegmentRow segment, IndexEntry? start)
{
    private long _nextOffset = start?.BaseOffset ?? segment.BaseOffset;
    private LogBlock? _last;

    /// <summary>Takes the next block.</summary>
    /// <exception cref="CorruptDataException">It does not continue the segment.</exception>
    public void Follow(LogBlock block)
    {
        var header = block.Header;
        Check(header.Log == log, block, "log", log, header.Log);
        Check(
            (header.Kind == BlockKind.Copied) == segment.Copied,
            block,
            segment.Copied ? "kind" : "any kind but",
            BlockKind.Copied,
            header.Kind);
        if (_last is { } last)
        {
            Check(
                header.BlockNumber == last.Header.BlockNumber + 1,
                block,
                "block number",
                last.Header.BlockNumber + 1,
                header.BlockNumber);
            Check(header.ChainHash == last.NextChainHash, block, "chain hash", last.NextChainHash, header.ChainHash);
        }

        var previous = _last?.Position ?? (start is null ? -1 : header.PreviousPosition);
        Check(header.PreviousPosition == previous, block, "previous position", previous, header.PreviousPosition);
        for (var place = 0; place < block.Entries.Length; place++)
        {
            FollowBatch(block, place);
        }

        _last = block;
    }

    /// <summary>Says that no block follows.</summary>
    /// <exception cref="CorruptDataException">Records that the row states are missing.</exception>
    public void End()
    {
        if (_last is { } last)
        {
            Check(
                segment.Copied ? last.Body.Copy is not null : _nextOffset == segment.NextOffset,
                last,
                segment.Copied ? "what the copy says of itself, up to offset" : "the last records, up to offset",
                segment.NextOffset,
                _nextOffset);
        }
    }

    private void FollowBatch(LogBlock block, int place)
    {
        var (entry, batch) = (block.Entries[place], block.Batches[place]);
        var follows = segment.Copied ? entry.BaseOffset >= _nextOffset : entry.BaseOffset == _nextOffset;
        Check(follows, block, "base offset", _nextOffset, entry.BaseOffset);
        var isDescribed = batch.BaseOffset == entry.BaseOffset && batch.LastOffsetDelta == entry.RecordCount - 1;
        Check(isDescribed && entry.RecordCount > 0, block, "a batch at offset", entry.BaseOffset, batch.BaseOffset);
        _nextOffset = batch.NextOffset;
        Check(_nextOffset <= segment.NextOffset, block, "next offset at most", segment.NextOffset, _nextOffset);
    }

    private void Check<T>(bool holds, LogBlock block, string what, T expected, T found)
    {
        if (!holds)
        {
            throw new CorruptDataException(
                $"Segment {segment.Segment}, position {block.Position}: expected {what} {expected}, found {found}.");
        }
    }
}
