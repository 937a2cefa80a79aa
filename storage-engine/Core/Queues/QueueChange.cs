namespace Serverless.StorageEngine.Queues;

/// <summary>The outcomes of creating a queue or changing its settings.</summary>
public abstract record QueueChange
{
    private QueueChange()
    {
    }

    /// <summary>The queue is as wanted.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="Created">Whether it is new.</param>
    public sealed record Stored(ShareGroup Queue, bool Created) : QueueChange;

    /// <summary>There is no such topic.</summary>
    public sealed record TopicNotFound : QueueChange;

    /// <summary>Nothing was changed: a queue cannot be like this.</summary>
    /// <param name="Detail">One sentence.</param>
    public sealed record Refused(string Detail) : QueueChange;
}
