using System.Runtime.CompilerServices;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>A block of a carrier as this node read it, as long as it is in memory. Safe for several threads.</summary>
/// <param name="position">Where in the carrier it begins.</param>
/// <param name="bytes">The whole block.</param>
internal sealed class RecentBlock(long position, ReadOnlyMemory<byte> bytes)
{
    private volatile StrongBox<ReadOnlyMemory<byte>>? _bytes = new(bytes);

    /// <summary>The block's bytes.</summary>
    public int Length { get; } = bytes.Length;

    /// <summary>Some bytes of the block; empty when it is out of memory.</summary>
    /// <param name="at">Where in the carrier they begin.</param>
    /// <param name="length">How many; they lie in the block.</param>
    public ReadOnlyMemory<byte> Find(long at, int length) =>
        _bytes is { } kept ? kept.Value.Slice((int)(at - position), length) : ReadOnlyMemory<byte>.Empty;

    /// <summary>Gives the memory back; whoever reads from it goes on.</summary>
    public void Drop() => _bytes = null;
}
