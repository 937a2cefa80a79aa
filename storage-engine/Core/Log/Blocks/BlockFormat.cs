using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>The places and sizes of a block's parts, in bytes (<c>FORMAT.md</c>, block). All numbers are
/// big-endian.</summary>
internal static class BlockFormat
{
    public const uint Magic = 0x534C_4231; // "SLB1"
    public const byte Version = 1;

    public const int VersionAt = 4;
    public const int KindAt = 5;
    public const int LengthAt = 8;
    public const int EntryCountAt = 12;
    public const int BodyLengthAt = 16;
    public const int EpochAt = 20;
    public const int LogIdAt = 24;
    public const int WriterIdAt = 40;
    public const int NonceAt = 56;
    public const int BlockNumberAt = 72;
    public const int PreviousPositionAt = 80;
    public const int WrittenAtAt = 88;
    public const int ChainHashAt = 96;

    /// <summary>Bytes in front of the directory.</summary>
    public const int HeaderBytes = 112;

    /// <summary>Bytes of one directory entry.</summary>
    public const int EntryBytes = 80;

    /// <summary>Bytes of the CRC-32C that ends a block.</summary>
    public const int TrailerBytes = 4;

    /// <summary>The most record batches in one block: the directory stays below 320 KiB.</summary>
    public const int EntriesMax = 4_096;

    /// <summary>
    /// The longest body: a state with <see cref="SparseIndex.EntriesMax"/> index entries of 24 bytes, a full history of
    /// 320 KB, a successor's name and addresses.
    /// </summary>
    public const int BodyBytesMax = 384 * 1024;

    /// <summary>
    /// What record batches leave free for the body in any case: enough for every body without a large history. A longer
    /// one goes into a block with fewer batches, or without any.
    /// </summary>
    public const int BodyRoomBytes = 32 * 1024;

    /// <summary>The largest record batch that fits in a block of its own.</summary>
    public const int BatchBytesMax =
        SegmentLimits.BlockBytesMax - HeaderBytes - EntryBytes - BodyRoomBytes - TrailerBytes;
}
