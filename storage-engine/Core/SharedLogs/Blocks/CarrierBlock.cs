using System.Collections.Immutable;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>One block of a carrier.</summary>
/// <param name="Position">Where in the carrier it begins.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Number">Counts the blocks of the shared log from 0, across carriers.</param>
/// <param name="Nonce">128 random bits: tells the writer after an unknown outcome that this block is its own.</param>
/// <param name="WrittenAt">The writer's clock, in milliseconds since 1970; for humans.</param>
/// <param name="PreviousCrc">The CRC of the block before; 0 for the very first.</param>
/// <param name="Crc">Its own.</param>
/// <param name="Entries">In the order in which they take effect.</param>
/// <param name="Seal">Of the last block of a carrier; it has no entries.</param>
/// <param name="Bytes">The whole block as it was read; empty for one that this node built.</param>
/// <param name="PiecesAt">Where in the block the first piece begins; the others follow.</param>
internal sealed record CarrierBlock(
    long Position,
    int Length,
    long Number,
    Bits128 Nonce,
    long WrittenAt,
    uint PreviousCrc,
    uint Crc,
    ImmutableArray<CarrierEntry> Entries,
    CarrierSeal? Seal,
    ReadOnlyMemory<byte> Bytes,
    int PiecesAt);
