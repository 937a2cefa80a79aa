using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>A queue as stored at one moment: a share group, as it consumes one topic.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Life">Which life of the name this is: one that is deleted and created again gets another.</param>
/// <param name="Settings">What its owner chose.</param>
/// <param name="Topic">The life of the topic in which the queue was created.</param>
/// <param name="StartOffsets">
/// Where it began in each partition that the topic had then; empty when it began at the first records.
/// </param>
public sealed record ShareGroup(
    QueueId Id, ulong Life, QueueSettings Settings, TopicId Topic, ImmutableArray<long> StartOffsets)
{
    /// <summary>Where the queue begins in a partition that it never consumed.</summary>
    /// <param name="topic">The present life of the topic.</param>
    /// <param name="partition">The partition.</param>
    /// <returns>
    /// 0, which is where the log starts, for what did not exist when the queue was created: nothing of it may be
    /// missed.
    /// </returns>
    public long StartOf(TopicId topic, int partition) =>
        topic == Topic && partition < StartOffsets.Length ? StartOffsets[partition] : 0;
}
