using System.Collections.Immutable;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>One block in memory, just written or just read. Nothing in it changes any more once it is stored.</summary>
/// <param name="Position">Where it begins in its segment, in bytes.</param>
/// <param name="Header">Its fixed part.</param>
/// <param name="Entries">Its directory.</param>
/// <param name="Body">The state, leader and successor it carries; <see cref="BlockBody.Empty"/> for data
/// blocks.</param>
/// <param name="Batches">Its record batches, in the order of the directory.</param>
/// <param name="NextChainHash">The hash that the next block carries.</param>
internal sealed record LogBlock(
    long Position,
    BlockHeader Header,
    ImmutableArray<BlockEntry> Entries,
    BlockBody Body,
    ImmutableArray<RecordBatch> Batches,
    Bits128 NextChainHash)
{
    // Counted on the heap of a 64-bit process: a cached block without entries, and what each entry adds.
    private const int ObjectBytes = 512;
    private const int EntryObjectBytes = 160;

    /// <summary>Where the next block begins.</summary>
    public long End => Position + Header.Length;

    /// <summary>
    /// The bytes of memory that it takes: its own, and about what the objects around them take, which in a block of one
    /// small record is the most of it.
    /// </summary>
    public long MemoryBytes => Header.Length + ObjectsBytes;

    /// <summary>About what the objects around its own bytes take.</summary>
    public long ObjectsBytes => ObjectBytes + ((long)Entries.Length * EntryObjectBytes);

    /// <summary>The offset of the first record; only for blocks with batches.</summary>
    public long BaseOffset => Entries[0].BaseOffset;

    /// <summary>The offset behind the last record; only for blocks with batches.</summary>
    public long NextOffset => Entries[^1].BaseOffset + Entries[^1].RecordCount;
}
