using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>Reads of one log that are begun before anyone asks for them, while a reader takes what was read
/// before.</summary>
/// <remarks>One caller at a time. What it holds is in the cache, which may forget it at any time.</remarks>
internal sealed class ReadAhead(LogId log, LogContext context)
{
    // As many as may be read while the blocks of a third are checked: with more a reader that goes away would leave more
    // reads that nobody wants.
    private const int ReadsMax = 2;

    private static readonly Task<byte[]?> Nothing = Task.FromResult<byte[]?>(null);

    private readonly Queue<AheadRead> _reads = new();
    private volatile Task _done = Task.CompletedTask;

    /// <summary>Completes when no read is on its way.</summary>
    public Task Done => _done;

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
        var begin = _reads.Count > 0 && _reads.Peek() is var first && first.Segment == place.Segment
            && first.Position == position ? _reads.Last().End : Forget(position);
        var room = context.Cache.AheadBytesMax - _reads.Sum(static read => read.Length);
        while (_reads.Count < ReadsMax && begin < place.End && (begin == position || place.IsBetweenBlocks(begin)))
        {
            var length = place.ReadLength(begin, readBytes);
            room -= length;
            if (room < 0)
            {
                return;
            }

            var bytes = ReadAsync(place.Segment, begin, length);
            _reads.Enqueue(new AheadRead(place.Segment, begin, length, context.Cache.Keep(log, bytes, length)));
            _done = _done.IsCompleted ? bytes : Task.WhenAll(_done, bytes);
            begin += length;
        }
    }

    private long Forget(long position)
    {
        while (_reads.TryDequeue(out var read))
        {
            _ = context.Cache.Take(read.Page);
        }

        return position;
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
