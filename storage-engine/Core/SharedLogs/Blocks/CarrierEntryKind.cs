namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>What an entry of a carrier's block says.</summary>
internal enum CarrierEntryKind : byte
{
    /// <summary>A segment exists from now on, and is empty.</summary>
    Creation = 1,

    /// <summary>A segment has more bytes: those of this block, behind those of a <see cref="Part"/> if the block before
    /// ended with one.</summary>
    Piece = 2,

    /// <summary>The first bytes of a piece too large for one block; they count only if the very next block begins with
    /// the rest.</summary>
    Part = 3,

    /// <summary>A segment is no more.</summary>
    Deletion = 4,
}
