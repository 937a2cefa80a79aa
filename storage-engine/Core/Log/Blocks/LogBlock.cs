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
    IReadOnlyList<BlockEntry> Entries,
    BlockBody Body,
    IReadOnlyList<RecordBatch> Batches,
    Bits128 NextChainHash)
{
    /// <summary>Where the next block begins.</summary>
    public long End => Position + Header.Length;

    /// <summary>The offset of the first record; only for blocks with batches.</summary>
    public long BaseOffset => Entries[0].BaseOffset;

    /// <summary>The offset behind the last record; only for blocks with batches.</summary>
    public long NextOffset => Entries[^1].BaseOffset + Entries[^1].RecordCount;
}
