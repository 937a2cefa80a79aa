namespace Serverless.StorageEngine.SharedLogs.Blocks;

/// <summary>One entry of a carrier's block.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Id">The segment's number in the shared log; given by its creation, never used again.</param>
/// <param name="Position">Where in the segment the piece begins; 0 for what is no piece.</param>
/// <param name="Length">The piece's bytes; 0 for what is no piece.</param>
/// <param name="Name">The segment's name, of a creation; empty else.</param>
internal readonly record struct CarrierEntry(
    CarrierEntryKind Kind, long Id, long Position, int Length, string Name)
{
    /// <summary>A segment comes to exist.</summary>
    public static CarrierEntry Create(long id, string name) => new(CarrierEntryKind.Creation, id, 0, 0, name);

    /// <summary>A segment goes.</summary>
    public static CarrierEntry Delete(long id) => new(CarrierEntryKind.Deletion, id, 0, 0, "");

    /// <summary>A segment grows.</summary>
    public static CarrierEntry Piece(long id, long position, int length) =>
        new(CarrierEntryKind.Piece, id, position, length, "");

    /// <summary>The first bytes of what a segment will grow by.</summary>
    public static CarrierEntry Part(long id, long position, int length) =>
        new(CarrierEntryKind.Part, id, position, length, "");

    /// <summary>Whether bytes of the block belong to it.</summary>
    public bool HasBytes => Kind is CarrierEntryKind.Piece or CarrierEntryKind.Part;
}
