using System.Text.Json.Serialization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Rows;

/// <summary>The row of a segment that no segment row names: its bytes go, unless a copy comes to count.</summary>
/// <param name="Segment">Its name.</param>
/// <param name="State">What it waits for.</param>
/// <param name="Bytes">Its length; 0 where nobody has told it, as of a copy that is being written.</param>
internal sealed record DiscardRow(
    string Segment,
    DiscardState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Bytes = 0)
{
    /// <summary>The segment's name.</summary>
    public SegmentName SegmentName() => new(Segment);
}
