using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>The outcomes of opening a topic or partition for a read.</summary>
internal abstract record ReadOpening
{
    private ReadOpening()
    {
    }

    /// <summary>Opens what a path names.</summary>
    /// <param name="context">The request.</param>
    /// <param name="engine">What the endpoints work with.</param>
    /// <param name="topic">The topic as it stands in the path.</param>
    /// <param name="partition">The partition as it stands in the path, or null for the whole topic.</param>
    /// <param name="start">Where to begin.</param>
    public static async ValueTask<ReadOpening> OpenAsync(
        HttpContext context, Engine engine, string topic, string? partition, ReadStart start)
    {
        var search = await engine.FindAsync(topic, partition, context.RequestAborted);
        if (search is not TopicSearch.Found found)
        {
            return new Refused(((TopicSearch.Refused)search).Problem);
        }

        if (found.Partition is null && found.Topic.PartitionCount > engine.Settings.TopicReadPartitionsMax)
        {
            return new Refused(Problem.InvalidRequest(
                $"Topic '{topic}' has {found.Topic.PartitionCount} partitions; topics of at most "
                + $"{engine.Settings.TopicReadPartitionsMax} are read as a whole. Read one of its partitions instead, "
                + $"below /api/v1/topics/{topic}/partitions/{{partition}}/."));
        }

        var (reader, problem) = await TopicReader.OpenAsync(
            engine.Log, engine.CompressionOf(context), found, start, context.RequestAborted);
        return reader is null ? new Refused(problem!) : new Opened(found, reader);
    }

    /// <summary>A read can begin.</summary>
    /// <param name="Found">Topic and partition.</param>
    /// <param name="Reader">Where the read begins.</param>
    public sealed record Opened(TopicSearch.Found Found, TopicReader Reader) : ReadOpening;

    /// <summary>Nothing can be read so.</summary>
    /// <param name="Problem">What to answer.</param>
    public sealed record Refused(Problem Problem) : ReadOpening;
}
