using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>Topics: list, create, describe, enlarge, delete.</summary>
internal static class TopicEndpoints
{
    /// <summary>The number of partitions of a topic whose creator names none: Kafka's <c>num.partitions</c>.</summary>
    public const int PartitionsDefault = 1;

    // What Kafka takes for "the default of the cluster".
    private const int AskForDefault = -1;

    public static async Task<IResult> ListAsync(HttpContext context, Engine engine)
    {
        var links = V3Links.Of(context);
        var topics = new List<TopicData>();
        var caller = Caller.Of(context);
        await foreach (var topic in engine.Topics.ListAsync(context.RequestAborted))
        {
            if (caller.May(Right.DescribeTopic, topic.Name))
            {
                topics.Add(Describe(links, topic));
            }
        }

        return V3Answer.Json(links.List("KafkaTopicList", "topics", topics), V3Json.Default.ListOfTopicData);
    }

    public static async Task<IResult> GetAsync(HttpContext context, Engine engine, string topicName) =>
        await engine.FindAsync(topicName, context.RequestAborted) is { } topic
            ? V3Answer.Json(
                Describe(V3Links.Of(context), topic) with { AuthorizedOperations = Operations(context, topic) },
                V3Json.Default.TopicData)
            : V3Answer.Error(ConfluentError.UnknownTopicOrPartition);

    public static async Task<IResult> CreateAsync(HttpContext context, Engine engine)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.CreateTopicRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        if (Read(request, out var wanted) is { } refused)
        {
            return V3Answer.Error(refused);
        }

        var caller = Caller.Of(context);
        var forbidden = caller.May(Right.CreateInCluster)
            ? null
            : caller.RefusalOf(Right.CreateTopic, wanted!.Name.Value);
        if ((forbidden ?? caller.RefusalOf(wanted!.Configs, engine.Topics.Defaults)) is { } lacks)
        {
            return V3Answer.Error(ConfluentError.Of(lacks));
        }

        var validateOnly = request.ValidateOnly ?? false;
        return await engine.Topics.CreateAsync(wanted!, validateOnly, context.RequestAborted) switch
        {
            TopicCreation.Created created => Created(context, created.Topic, validateOnly),
            TopicCreation.AlreadyExists existing =>
                V3Answer.InvalidRequest($"Topic '{existing.Existing.Name}' already exists."),
            TopicCreation.Refused refusal => V3Answer.InvalidRequest(refusal.Problem.Detail),
            var outcome => throw new System.Diagnostics.UnreachableException($"No answer is defined for {outcome}."),
        };
    }

    public static async Task<IResult> UpdateAsync(HttpContext context, Engine engine, string topicName)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.UpdateTopicRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        if (request.PartitionsCount is not { } partitions)
        {
            return V3Answer.Error(ConfluentError.BadRequest("The member partitions_count is missing."));
        }

        if (!TopicName.TryParse(topicName, out var name, out _))
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        var change = await engine.Topics.AddPartitionsAsync(
            name, partitions, validateOnly: false, context.RequestAborted);
        return Answer(change, topic => V3Answer.Json(Describe(V3Links.Of(context), topic), V3Json.Default.TopicData));
    }

    public static async Task<IResult> DeleteAsync(HttpContext context, Engine engine, string topicName) =>
        TopicName.TryParse(topicName, out var name, out _)
        && await engine.Topics.DeleteAsync(name, context.RequestAborted) != TopicDeletion.UnknownTopic
            ? TypedResults.NoContent()
            : V3Answer.Error(ConfluentError.UnknownTopicOrPartition);

    /// <summary>Answers the outcome of a change.</summary>
    /// <param name="change">The outcome.</param>
    /// <param name="changed">What is answered to a change that stands.</param>
    public static IResult Answer(TopicChange change, Func<Topic, IResult> changed) => change switch
    {
        TopicChange.Changed done => changed(done.Topic),
        TopicChange.UnknownTopic => V3Answer.Error(ConfluentError.UnknownTopicOrPartition),
        TopicChange.Refused refused => V3Answer.InvalidRequest(refused.Problem.Detail),
        var outcome => throw new System.Diagnostics.UnreachableException($"No answer is defined for {outcome}."),
    };

    private static IResult Created(HttpContext context, Topic topic, bool validateOnly)
    {
        var data = Describe(V3Links.Of(context), topic);
        if (validateOnly)
        {
            return V3Answer.Json(data, V3Json.Default.TopicData);
        }

        context.Response.Headers.Location = data.Metadata.Self;
        return V3Answer.Json(data, V3Json.Default.TopicData, StatusCodes.Status201Created);
    }

    private static ConfluentError? Read(CreateTopicRequest request, out NewTopic? wanted)
    {
        wanted = null;
        if (request.TopicName is null)
        {
            return ConfluentError.BadRequest("The member topic_name is missing.");
        }

        if (!TopicName.TryParse(request.TopicName, out var name, out var broken))
        {
            return ConfluentError.InvalidPayload($"Invalid topic name. {broken}");
        }

        if (request.Configs?.Any(static config => config?.Name is null) == true)
        {
            return ConfluentError.BadRequest("The member name of a config is missing.");
        }

        if (ReplicaPlacement.Read(request.ReplicasAssignments, out var assigned) is { } refused)
        {
            return refused;
        }

        var asked = request.PartitionsCount is null or AskForDefault ? null : request.PartitionsCount;
        if (assigned is not null && asked is not null && asked != assigned)
        {
            return new(
                ConfluentErrorCode.InvalidRequest,
                $"The partitions_count is {asked}, but replicas_assignments name {assigned} partitions.");
        }

        wanted = new NewTopic(
            name,
            asked ?? assigned ?? PartitionsDefault,
            [.. (request.Configs ?? []).Select(static config => KeyValuePair.Create(config.Name!, config.Value))])
        {
            ReplicationFactor = request.ReplicationFactor is { } factor and not AskForDefault ? factor : 1,
        };
        return null;
    }

    // Kafka works them out for those who ask only.
    private static List<string> Operations(HttpContext context, Topic topic)
    {
        var caller = Caller.Of(context);
        return context.Request.Query["include_authorized_operations"] != "true" ? [] :
        [
            .. Enum.GetValues<AclOperation>()
                .Where(static one => one != AclOperation.All
                    && AclRules.HasOperation(AclResourceType.Topic, one))
                .Where(one => caller.May(new Right(one, AclResourceType.Topic), topic.Name))
                .Select(AclWords.Of),
        ];
    }

    private static TopicData Describe(V3Links links, Topic topic)
    {
        var path = $"topics/{topic.Name}";
        return new(
            "KafkaTopic",
            links.Resource(path, $"topic={topic.Name}"),
            links.ClusterId,
            topic.Name.Value,
            IsInternal: false,
            topic.ReplicationFactor,
            topic.PartitionCount,
            Partitions: links.Link($"{path}/partitions"),
            Configs: links.Link($"{path}/configs"),
            PartitionReassignments: links.Link($"{path}/partitions/-/reassignment"),
            AuthorizedOperations: []);
    }
}
