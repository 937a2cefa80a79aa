namespace Serverless.StorageEngine.Topics;

/// <summary>The outcomes of creating a topic.</summary>
public abstract record TopicCreation
{
    private TopicCreation()
    {
    }

    /// <summary>The topic exists now, or, when only asked to validate, could be created.</summary>
    /// <param name="Topic">The new topic.</param>
    public sealed record Created(Topic Topic) : TopicCreation;

    /// <summary>Nothing was changed: a topic of this name exists.</summary>
    /// <param name="Existing">The topic that has the name.</param>
    public sealed record AlreadyExists(Topic Existing) : TopicCreation;

    /// <summary>Nothing was changed: no topic can be like this.</summary>
    /// <param name="Problem">The broken rule.</param>
    public sealed record Refused(TopicProblem Problem) : TopicCreation;
}
