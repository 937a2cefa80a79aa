using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>One partition of one life of a topic.</summary>
/// <param name="Topic">The topic's id.</param>
/// <param name="Index">0 to the partition count - 1.</param>
public readonly record struct PartitionId(TopicId Topic, int Index)
{
    /// <summary>The partition's own log.</summary>
    public LogId Log => LogId.Of(Topic, Index);

    /// <summary>Topic id and index, as in segment names.</summary>
    public override string ToString() => $"{Topic}/{Index:D8}";
}
