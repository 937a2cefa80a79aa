namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>Bytes of one segment that lie side by side in a carrier.</summary>
/// <param name="Position">Where in the segment they begin.</param>
/// <param name="At">Where in the carrier they begin.</param>
/// <param name="Length">How many.</param>
/// <param name="Block">The block that they lie in, if this node has read it; it may be out of memory again.</param>
internal readonly record struct Extent(long Position, long At, int Length, RecentBlock? Block = null)
{
    /// <summary>What one takes of memory.</summary>
    public const int MemoryBytes = 32;

    /// <summary>Where in the segment they end.</summary>
    public long End => Position + Length;

    /// <summary>The bytes, as long as they are in memory; empty else.</summary>
    public ReadOnlyMemory<byte> Bytes => Block?.Find(At, Length) ?? ReadOnlyMemory<byte>.Empty;
}
