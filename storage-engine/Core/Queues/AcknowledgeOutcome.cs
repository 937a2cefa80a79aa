namespace Serverless.StorageEngine.Queues;

/// <summary>The outcomes of a request with lock tokens.</summary>
public abstract record AcknowledgeOutcome
{
    private AcknowledgeOutcome()
    {
    }

    /// <summary>Each token had its own outcome.</summary>
    /// <param name="Tokens">In the order of the request.</param>
    public sealed record Done(IReadOnlyList<TokenOutcome> Tokens) : AcknowledgeOutcome;

    /// <summary>There is no such topic.</summary>
    public sealed record TopicNotFound : AcknowledgeOutcome;

    /// <summary>The topic has no such queue.</summary>
    public sealed record QueueNotFound : AcknowledgeOutcome;
}
