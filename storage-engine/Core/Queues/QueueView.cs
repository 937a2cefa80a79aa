using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>A queue and its topic, as one request works with them.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Topic">The topic.</param>
internal sealed record QueueView(ShareGroup Queue, Topic Topic)
{
    /// <summary>The queue's name.</summary>
    public QueueId Id => Queue.Id;

    /// <summary>The queue's settings.</summary>
    public QueueSettings Settings => Queue.Settings;
}
