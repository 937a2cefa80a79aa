using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api;

/// <summary>The outcomes of looking up the topic and partition of a path.</summary>
internal abstract record TopicSearch
{
    private TopicSearch()
    {
    }

    /// <summary>They exist.</summary>
    /// <param name="Topic">The topic.</param>
    /// <param name="Partition">The partition, or null when the path names none.</param>
    public sealed record Found(Topic Topic, int? Partition) : TopicSearch;

    /// <summary>They do not exist, or the name is none.</summary>
    /// <param name="Problem">What to answer.</param>
    public sealed record Refused(Problem Problem) : TopicSearch;
}
