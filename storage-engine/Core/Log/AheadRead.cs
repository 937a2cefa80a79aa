using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>A read that was begun before anyone asked for it.</summary>
/// <param name="Segment">What it reads.</param>
/// <param name="Position">Where it begins; a block begins there.</param>
/// <param name="Length">How many bytes it reads.</param>
/// <param name="Page">Holds it in the cache.</param>
internal sealed record AheadRead(SegmentName Segment, long Position, int Length, LinkedListNode<CachedPage> Page)
{
    /// <summary>Where the next one begins.</summary>
    public long End => Position + Length;
}
