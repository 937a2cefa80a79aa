using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Rows;

/// <summary>The row of a segment that no segment row names: its bytes go, unless a copy comes to count.</summary>
/// <param name="Segment">Its name.</param>
/// <param name="State">What it waits for.</param>
internal sealed record DiscardRow(string Segment, DiscardState State)
{
    /// <summary>The segment's name.</summary>
    public SegmentName SegmentName() => new(Segment);
}
