using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>The numbers of a carrier's blocks (<c>FORMAT.md</c>, shared logs).</summary>
internal static class CarrierFormat
{
    /// <summary>"SLCB".</summary>
    public const uint Magic = 0x534C4342;

    /// <summary>The version that this program writes, and the only one it reads.</summary>
    public const byte Version = 1;

    /// <summary>Magic 4, version 1, kind 1, zero 2, length 4, directory length 4, entry count 4, CRC of the previous
    /// block 4, number 8, written at 8, nonce 16, hash of the shared log's name 8.</summary>
    public const int HeaderBytes = 64;

    /// <summary>The CRC-32C over everything before it.</summary>
    public const int TrailerBytes = 4;

    /// <summary>Kind 1, id 8, position 8, length 4.</summary>
    public const int PieceEntryBytes = 21;

    /// <summary>Kind 1, id 8.</summary>
    public const int DeletionEntryBytes = 9;

    /// <summary>Kind 1, id 8, length of the name 2; the name follows.</summary>
    public const int CreationEntryBytes = 11;

    /// <summary>The most bytes of the entries and pieces of one block.</summary>
    public const int RoomBytes = SegmentLimits.BlockBytesMax - HeaderBytes - TrailerBytes;

    /// <summary>The most bytes of one piece in one block.</summary>
    public const int PieceBytesMax = RoomBytes - PieceEntryBytes;

    /// <summary>The most entries of a block.</summary>
    public const int EntriesMax = 16_384;

    /// <summary>The most segments that a seal lists; with 150 bytes each they are a sixth of a block.</summary>
    public const int SegmentsMax = 4_096;
}
