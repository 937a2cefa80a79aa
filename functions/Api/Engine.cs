using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api;

/// <summary>What endpoints work with.</summary>
/// <param name="Log">The partition logs.</param>
/// <param name="Topics">The topics.</param>
/// <param name="Producer">The way of records to the log.</param>
/// <param name="Compression">The codecs.</param>
/// <param name="Memory">What requests hold in memory.</param>
/// <param name="Settings">The limits of this node.</param>
/// <param name="Time">The only clock.</param>
internal sealed record Engine(
    EventLog Log,
    TopicCatalog Topics,
    RecordProducer Producer,
    ICompression Compression,
    RequestMemory Memory,
    ApiSettings Settings,
    TimeProvider Time)
{
    /// <summary>The codecs for one request, whose restored records count as its memory.</summary>
    /// <param name="context">The request.</param>
    public CountedCompression CompressionOf(HttpContext context) => new(Compression, Memory.ShareOf(context));

    /// <summary>Finds the topic that a path names; a name that no topic can have is the name of none.</summary>
    /// <param name="topic">The topic's name as it stands in the path.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    public async ValueTask<Topic?> FindAsync(string topic, CancellationToken cancellationToken) =>
        TopicName.TryParse(topic, out var name, out _) ? await Topics.FindAsync(name, cancellationToken) : null;

    /// <summary>Finds the topic, and checks the partition, that a path names.</summary>
    /// <param name="topic">The topic's name as it stands in the path.</param>
    /// <param name="partition">The partition as it stands in the path, or null when the path names none.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    public async ValueTask<TopicSearch> FindAsync(string topic, string? partition, CancellationToken cancellationToken)
    {
        if (await FindAsync(topic, cancellationToken) is not { } found)
        {
            return new TopicSearch.Refused(TopicName.TryParse(topic, out _, out var broken)
                ? Problem.UnknownTopicOrPartition(topic)
                : Problem.InvalidTopic(broken));
        }

        return partition is null
            ? new TopicSearch.Found(found, null)
            : QueryText.TryNumber(partition, out var index) && index < found.PartitionCount
                ? new TopicSearch.Found(found, (int)index)
                : new TopicSearch.Refused(new(
                    ProblemCode.UnknownTopicOrPartition,
                    $"Topic '{topic}' has the partitions 0 to {found.PartitionCount - 1}, and no other."));
    }
}
