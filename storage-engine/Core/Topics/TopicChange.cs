namespace Serverless.StorageEngine.Topics;

/// <summary>The outcomes of changing a topic's settings or number of partitions.</summary>
public abstract record TopicChange
{
    private TopicChange()
    {
    }

    /// <summary>The topic is as asked for, or, when only asked to validate, could be.</summary>
    /// <param name="Topic">The topic with the change.</param>
    public sealed record Changed(Topic Topic) : TopicChange;

    /// <summary>Nothing was changed: there is no topic of this name.</summary>
    public sealed record UnknownTopic : TopicChange;

    /// <summary>Nothing was changed: the topic cannot be like this.</summary>
    /// <param name="Problem">The broken rule.</param>
    public sealed record Refused(TopicProblem Problem) : TopicChange;
}
