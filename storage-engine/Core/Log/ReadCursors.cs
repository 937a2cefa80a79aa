using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>The readers that went through a log lately, the last one first.</summary>
/// <remarks>One caller at a time, but for <see cref="Done"/>.</remarks>
internal sealed class ReadCursors(LogId log, LogContext context)
{
    // As many groups as may catch up on one log without taking each other for someone who looks here and there.
    private const int CursorsMax = 8;

    private readonly List<ReadCursor> _cursors = [];
    private readonly ReadsInFlight _inFlight = new();

    /// <summary>Completes when no read is on its way that nobody waits for.</summary>
    public Task Done => _inFlight.Done;

    /// <summary>The reader that goes on at an offset, or that has it among what is read ahead for him: his requests may
    /// come out of order. Null when none is there.</summary>
    /// <param name="place">Where the offset is looked for.</param>
    /// <param name="offset">The offset.</param>
    public ReadCursor? At(SegmentPlace place, long offset) =>
        _cursors.Find(cursor => cursor.NextOffset == offset)
        ?? _cursors.Find(cursor => cursor.NextOffset < offset && cursor.HasAhead(place));

    /// <summary>A reader that begins.</summary>
    public ReadCursor Begin() => new(log, context, _inFlight);

    /// <summary>Puts a reader that has moved in front, and forgets the one that did not move for longest.</summary>
    public void Keep(ReadCursor cursor)
    {
        _cursors.Remove(cursor);
        _cursors.Insert(0, cursor);
        if (_cursors.Count > CursorsMax)
        {
            _cursors[^1].Forget();
            _cursors.RemoveAt(CursorsMax);
        }
    }

    /// <summary>Where a block begins that is not behind an offset, as far as any reader came there.</summary>
    /// <param name="segment">The segment that holds the offset.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="indexed">What the index knows.</param>
    public long Start(SegmentName segment, long offset, long indexed)
    {
        foreach (var cursor in _cursors)
        {
            if (cursor.Segment == segment && cursor.NextOffset <= offset)
            {
                indexed = Math.Max(indexed, cursor.Position);
            }
        }

        return indexed;
    }
}
