using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>The last or present run of keepers over a topic.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Id">Which life of the name.</param>
/// <param name="NodeId">The node that is or was at it.</param>
/// <param name="StartedAt">When it took the topic, in storage time.</param>
/// <param name="SeenAt">When it was last heard of, in storage time.</param>
/// <param name="FinishedAt">When it was done, in storage time; null while it is at it, and when it died.</param>
/// <param name="NextPartition">Where it is, or where the next run goes on; 0 when all partitions were done.</param>
/// <param name="Partitions">How many partitions the topic had.</param>
/// <param name="Did">What this run has done so far.</param>
/// <param name="Problem">The last problem of this run, or null.</param>
public sealed record TopicMaintenance(
    string Topic,
    TopicId Id,
    Bits128 NodeId,
    DateTimeOffset StartedAt,
    DateTimeOffset SeenAt,
    DateTimeOffset? FinishedAt,
    int NextPartition,
    int Partitions,
    KeeperCounts Did,
    KeeperProblem? Problem);
