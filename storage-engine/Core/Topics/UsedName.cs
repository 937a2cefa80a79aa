using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>The topic that had a name last, whether it lives or not.</summary>
/// <param name="Version">What a change of the row depends on.</param>
/// <param name="Life">Its id; all zero when that is not known.</param>
/// <param name="CreatedAt">When it was created; the beginning of time when that is not known.</param>
internal sealed record UsedName(RowVersion Version, TopicId Life, DateTimeOffset CreatedAt)
{
    /// <summary>When the next topic of the name is created: later than this one, whatever clocks say. Whoever knows of
    /// two lives tells by that which one is over.</summary>
    /// <param name="now">The node's clock, in whole milliseconds.</param>
    public DateTimeOffset NextAt(DateTimeOffset now) => now > CreatedAt ? now : CreatedAt.AddMilliseconds(1);
}
