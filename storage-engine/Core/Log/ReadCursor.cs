using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// Where a reader of a log goes on, and the reads that are begun before he asks for them, while he takes what was read
/// before.
/// </summary>
/// <remarks>One caller at a time. What it holds is in the cache, which may forget it at any time.</remarks>
internal sealed class ReadCursor(LogId log, LogContext context, ReadsInFlight inFlight)
{
    // Enough to keep a distant store busy; with more a reader that goes away would leave more reads that nobody wants.
    private const int ReadsMax = 4;

    private static readonly Task<byte[]?> Nothing = Task.FromResult<byte[]?>(null);

    private readonly Queue<AheadRead> _reads = new();

    /// <summary>The segment of the last block that was read for him.</summary>
    public SegmentName Segment { get; private set; }

    /// <summary>Where that block ends.</summary>
    public long Position { get; private set; }

    /// <summary>The offset behind it; -1 before the first one.</summary>
    public long NextOffset { get; private set; } = -1;

    /// <summary>How many bytes the last read had.</summary>
    public int Bytes { get; private set; }

    /// <summary>How many pages of the cache were read for him; the cache changes it, under its lock.</summary>
    public int Pages { get; set; }

    /// <summary>Remembers the end of a read.</summary>
    /// <param name="last">The last block with records.</param>
    /// <param name="segment">Where it lies.</param>
    /// <param name="bytes">How many bytes were read.</param>
    public void MoveTo(LogBlock last, SegmentName segment, int bytes) =>
        (Segment, Position, NextOffset, Bytes) = (segment, last.End, last.NextOffset, bytes);

    /// <summary>Whether a place lies in what is read ahead.</summary>
    public bool HasAhead(SegmentPlace place) => _reads.TryPeek(out var first) && first.Segment == place.Segment
        && first.Position <= place.Position && place.Position < _reads.Last().End;

    /// <summary>Where to begin with what is read ahead, if a place lies in it: the blocks before it are wanted,
    /// too.</summary>
    public SegmentPlace Begin(SegmentPlace place) =>
        HasAhead(place) ? place with { Position = _reads.Peek().Position } : place;

    /// <summary>What is read from a position on, if that was begun.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="position">Where it must begin.</param>
    /// <param name="cancellationToken">Abandons the wait; the read is lost then.</param>
    /// <returns>Null when no read begins there, or when it came to nothing.</returns>
    public async ValueTask<byte[]?> TakeAsync(SegmentName segment, long position, CancellationToken cancellationToken)
    {
        if (!_reads.Any(read => read.Segment == segment && read.Position == position))
        {
            return null;
        }

        while (_reads.Dequeue() is var read)
        {
            var bytes = context.Cache.Take(read.Page);
            if (read.Segment == segment && read.Position == position)
            {
                await Waits.ForAsync(bytes ?? Nothing, cancellationToken);
                return await (bytes ?? Nothing);
            }
        }

        return null;
    }

    /// <summary>Begins reads behind the one that is asked for now, as far as the cache has room for this log.</summary>
    /// <param name="place">The segment.</param>
    /// <param name="position">Where the blocks that are asked for now end.</param>
    /// <param name="readBytes">About how much to read at once.</param>
    public void GoOn(SegmentPlace place, long position, int readBytes)
    {
        if (!_reads.TryPeek(out var first) || first.Segment != place.Segment || first.Position != position)
        {
            Forget();
        }

        var begin = _reads.Count > 0 ? _reads.Last().End : position;
        var room = context.Cache.AheadBytesMax - _reads.Sum(static read => read.Length);
        while (_reads.Count < ReadsMax && begin < place.End && (begin == position || place.IsBetweenBlocks(begin)))
        {
            var length = place.WholeLength(begin, readBytes);
            room -= length;
            if (room < 0)
            {
                return;
            }

            var bytes = ReadAsync(place.Segment, begin, length);
            _reads.Enqueue(new AheadRead(place.Segment, begin, length, context.Cache.Keep(log, this, bytes, length)));
            inFlight.Add(bytes);
            begin += length;
        }
    }

    /// <summary>Gives up the reads that were begun.</summary>
    public void Forget()
    {
        while (_reads.TryDequeue(out var read))
        {
            _ = context.Cache.Take(read.Page);
        }
    }

    // Whoever finds nothing reads by himself, and sees by himself what is wrong.
    private async Task<byte[]?> ReadAsync(SegmentName segment, long position, int length)
    {
        try
        {
            var bytes = GC.AllocateUninitializedArray<byte>(length);
            var read = await context.Segments.ReadAsync(segment, position, bytes, CancellationToken.None);
            return read.Exists && read.Count == length ? bytes : null;
        }
        catch (Exception fault) when (LogContext.IsFault(fault))
        {
            return null;
        }
        catch (Exception mistake)
        {
            context.ReportFailure(mistake);
            return null;
        }
    }
}
