using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// Counts what a stream holds in batches as <see cref="RequestMemory"/>: in pieces, so that most records cost a
/// comparison. The first bytes are free, as is the first piece of a body's window: the limit of connections covers
/// them, and a slow stream of small records is never refused. Not safe for concurrent use.
/// </summary>
/// <param name="memory">The request's share; nothing else takes from it.</param>
internal sealed class BatchMemory(MemoryShare memory)
{
    /// <summary>What is taken and given back at once.</summary>
    public const int PieceBytes = 16 * 1024;

    /// <summary>What every stream may hold.</summary>
    public const int FreeBytes = 2 * PieceBytes;

    private long _taken;

    /// <summary>Holds so many bytes from now on, more than before or fewer.</summary>
    /// <param name="bytes">All bytes of the stream; not negative.</param>
    /// <returns>Null when they are held; else why not, and what was held is held still. Fewer always succeed.</returns>
    public Problem? TryHold(long bytes)
    {
        var pieces = Math.Max(bytes - FreeBytes + PieceBytes - 1, 0) / PieceBytes;
        var more = (pieces * PieceBytes) - _taken;
        if (more > 0 && memory.TryTake(more) is { } refused)
        {
            return refused;
        }

        if (more < 0)
        {
            memory.Return(-more);
        }

        _taken += more;
        return null;
    }
}
