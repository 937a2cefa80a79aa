using System.Buffers.Binary;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The fixed part of a block.</summary>
/// <param name="Kind">What the block is for.</param>
/// <param name="Length">The whole block in bytes, its CRC included.</param>
/// <param name="EntryCount">The number of directory entries, one for each record batch.</param>
/// <param name="BodyLength">Bytes of the body behind the directory; 0 for data blocks.</param>
/// <param name="Epoch">The leader epoch under which it was written; never falls along the chain.</param>
/// <param name="Log">The log it belongs to.</param>
/// <param name="WriterId">The node that wrote it, the leader or a guest.</param>
/// <param name="Nonce">128 random bits: tells the writer after an unknown outcome that this block is its own.</param>
/// <param name="BlockNumber">Counts the blocks of the log from 0, across segments.</param>
/// <param name="PreviousPosition">Where the previous block of this segment begins; -1 for the first one.</param>
/// <param name="WrittenAt">The writer's clock, in milliseconds since 1970; for segment age and humans, never for
/// safety.</param>
/// <param name="ChainHash">Covers all blocks before this one; see <see cref="BlockChain"/>.</param>
internal readonly record struct BlockHeader(
    BlockKind Kind,
    int Length,
    int EntryCount,
    int BodyLength,
    int Epoch,
    LogId Log,
    Bits128 WriterId,
    Bits128 Nonce,
    long BlockNumber,
    long PreviousPosition,
    long WrittenAt,
    Bits128 ChainHash)
{
    /// <summary>Writes the header to the first <see cref="BlockFormat.HeaderBytes"/> bytes of
    /// <paramref name="block"/>.</summary>
    public void Write(Span<byte> block)
    {
        block[..BlockFormat.HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(block, BlockFormat.Magic);
        block[BlockFormat.VersionAt] = BlockFormat.Version;
        block[BlockFormat.KindAt] = (byte)Kind;
        BinaryPrimitives.WriteInt32BigEndian(block[BlockFormat.LengthAt..], Length);
        BinaryPrimitives.WriteInt32BigEndian(block[BlockFormat.EntryCountAt..], EntryCount);
        BinaryPrimitives.WriteInt32BigEndian(block[BlockFormat.BodyLengthAt..], BodyLength);
        BinaryPrimitives.WriteInt32BigEndian(block[BlockFormat.EpochAt..], Epoch);
        Bits128.Write(block[BlockFormat.LogIdAt..], Log.Value);
        Bits128.Write(block[BlockFormat.WriterIdAt..], WriterId);
        Bits128.Write(block[BlockFormat.NonceAt..], Nonce);
        BinaryPrimitives.WriteInt64BigEndian(block[BlockFormat.BlockNumberAt..], BlockNumber);
        BinaryPrimitives.WriteInt64BigEndian(block[BlockFormat.PreviousPositionAt..], PreviousPosition);
        BinaryPrimitives.WriteInt64BigEndian(block[BlockFormat.WrittenAtAt..], WrittenAt);
        Bits128.Write(block[BlockFormat.ChainHashAt..], ChainHash);
    }

    /// <summary>Reads a header whose magic and version have been checked.</summary>
    public static BlockHeader Read(ReadOnlySpan<byte> block) => new(
        (BlockKind)block[BlockFormat.KindAt],
        BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.LengthAt..]),
        BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.EntryCountAt..]),
        BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.BodyLengthAt..]),
        BinaryPrimitives.ReadInt32BigEndian(block[BlockFormat.EpochAt..]),
        new LogId(Bits128.Read(block[BlockFormat.LogIdAt..])),
        Bits128.Read(block[BlockFormat.WriterIdAt..]),
        Bits128.Read(block[BlockFormat.NonceAt..]),
        BinaryPrimitives.ReadInt64BigEndian(block[BlockFormat.BlockNumberAt..]),
        BinaryPrimitives.ReadInt64BigEndian(block[BlockFormat.PreviousPositionAt..]),
        BinaryPrimitives.ReadInt64BigEndian(block[BlockFormat.WrittenAtAt..]),
        Bits128.Read(block[BlockFormat.ChainHashAt..]));
}
