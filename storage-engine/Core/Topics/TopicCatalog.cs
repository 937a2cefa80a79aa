namespace Serverless.StorageEngine.Topics;

/// <summary>The topics of the store: creates, finds, changes and deletes them.</summary>
public sealed class TopicCatalog
{
    /// <summary>Finds a topic by name, from the store or from what this node read at most <c>topic.cache.ms</c> ago.</summary>
    public ValueTask<Topic?> FindAsync(TopicName name, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("pending");
}
