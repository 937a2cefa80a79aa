namespace Serverless.StorageEngine.Storage;

/// <summary>What a read of a segment found.</summary>
/// <param name="Exists">False when there is no segment of this name.</param>
/// <param name="Count">Bytes written to the destination, from its start; 0 at the end of the segment.</param>
public readonly record struct SegmentRead(bool Exists, int Count)
{
    /// <summary>There is no segment of this name.</summary>
    public static SegmentRead Gone => new(Exists: false, Count: 0);
}
