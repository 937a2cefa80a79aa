using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads a segment from a place on until the block that someone asks for is found.</summary>
/// <param name="Log">The log that the blocks must belong to.</param>
/// <param name="Place">The segment and where to begin.</param>
/// <param name="Cursor">Who asks.</param>
/// <param name="GoesOn">Whether he goes on where he was: then what follows is read, too.</param>
/// <param name="Context">What all logs share.</param>
internal readonly record struct BlockScan(
    LogId Log, SegmentPlace Place, ReadCursor Cursor, bool GoesOn, LogContext Context)
{
    /// <summary>The first block with records at or behind an offset.</summary>
    /// <param name="offset">Not before the place.</param>
    /// <param name="readBytes">About how much to read at once.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <returns>Null when the segment is gone.</returns>
    /// <exception cref="CorruptDataException">What was read is not whole.</exception>
    public async ValueTask<BlockSearch?> RunAsync(long offset, int readBytes, CancellationToken cancellationToken)
    {
        var (position, least) = (Place.Position, Context.Tuning.TailReadBytes);
        while (position < Place.End)
        {
            var length = Length(position, readBytes);
            var isTaken = Context.Loading.TryTake(length);
            try
            {
                // Many logs are read at once: little by little, then.
                var asked = isTaken ? length : Math.Min(length, Place.ReadLength(position, least));
                var ahead = await Cursor.TakeAsync(Place.Segment, position, cancellationToken);
                var bytes = ahead ?? await ReadAsync(position, asked, cancellationToken);
                if (bytes.IsEmpty)
                {
                    return null;
                }

                var run = Cut(position, bytes, readBytes);
                position += run.Length;
                if (run.Blocks.FirstOrDefault(block => !block.Entries.IsEmpty && block.NextOffset > offset) is { } found)
                {
                    return new BlockSearch(found, found.NextOffset);
                }

                Check(position, run, isWhole: ahead is not null || bytes.Length == asked, bytes.Length);
                (readBytes, least) = (Math.Max(readBytes, run.Needed), Math.Max(least, run.Needed));
            }
            finally
            {
                Context.Loading.Return(isTaken ? length : 0);
            }
        }

        // Only a compaction takes records out, and it never touches the active segment.
        return Place.Row is null ? null : new BlockSearch(Block: null, Place.NextOffset);
    }

    private int Length(long position, int readBytes)
    {
        var whole = Place.WholeLength(position, readBytes);
        return GoesOn && whole <= Context.Cache.AheadBytesMax ? whole : Place.ReadLength(position, readBytes);
    }

    // Nothing when the segment is gone.
    private async ValueTask<Memory<byte>> ReadAsync(long position, int length, CancellationToken cancellationToken)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        var read = await Context.Segments.ReadAsync(Place.Segment, position, bytes, cancellationToken);
        return read.Exists ? bytes.AsMemory(0, read.Count) : default;
    }

    // Every whole block goes to the cache, also those behind the wanted one: the reader will ask for them next.
    private BlockRun Cut(long position, Memory<byte> bytes, int readBytes)
    {
        if (GoesOn)
        {
            // The store reads what follows while the blocks are checked here.
            Cursor.GoOn(Place, position + BlockRun.LengthOf(Place.Segment, position, bytes.Span), readBytes);
        }

        var copies = bytes.Length > Context.Cache.PageBytesMax;
        var run = BlockRun.Cut(Log, Place.Segment, position, bytes, copies);
        if (copies)
        {
            foreach (var block in run.Blocks)
            {
                Context.Cache.Add(Log, Cursor, [block], block.MemoryBytes);
            }
        }
        else
        {
            Context.Cache.Add(
                Log, Cursor, run.Blocks, bytes.Length + run.Blocks.Sum(static block => block.ObjectsBytes));
        }

        if (run.Blocks.LastOrDefault(static block => !block.Entries.IsEmpty) is { } last)
        {
            Cursor.MoveTo(last, Place.Segment, bytes.Length);
        }

        return run;
    }

    private void Check(long position, BlockRun run, bool isWhole, int found)
    {
        if (run.Length == 0 && (!isWhole || position + run.Needed > Place.End))
        {
            throw new CorruptDataException(
                $"Segment {Place.Segment}, position {position}: expected {run.Needed} bytes of a block, found {found}.");
        }
    }
}
