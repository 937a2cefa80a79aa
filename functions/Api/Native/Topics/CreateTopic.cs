using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>
/// <c>POST /api/v1/topics</c> creates a topic and refuses a name that is taken; <c>PUT</c> makes sure that there is
/// one, and answers the topic that has the name as long as its number of partitions is the one asked for.
/// </summary>
internal static class CreateTopic
{
    public static Task<IResult> PostAsync(HttpContext context, TopicCatalog topics) =>
        HandleAsync(context, topics, mayExist: false);

    public static Task<IResult> PutAsync(HttpContext context, TopicCatalog topics) =>
        HandleAsync(context, topics, mayExist: true);

    private static async Task<IResult> HandleAsync(HttpContext context, TopicCatalog topics, bool mayExist)
    {
        var body = await SmallBody.ReadAsync(context.Request, TopicJson.Default.CreateTopicBody);
        if (!TopicName.TryParse(body.Name, out var name, out var broken))
        {
            return new ProblemResult(Problem.InvalidTopic(broken));
        }

        var caller = Caller.Of(context);
        if (!caller.May(Right.CreateInCluster) && caller.RefusalOf(Right.CreateTopic, name.Value) is { } refusal)
        {
            return new ProblemResult(refusal);
        }

        KeyValuePair<string, string?>[] configs =
        [
            .. (body.Configs ?? new Dictionary<string, System.Text.Json.JsonElement>())
                .Select(static config => KeyValuePair.Create(config.Key, TopicBodies.TextOf(config.Key, config.Value))),
        ];
        if (caller.RefusalOf(configs, topics.Defaults) is { } forbidden)
        {
            return new ProblemResult(forbidden);
        }

        var creation = await topics.CreateAsync(
            name, body.Partitions, configs, validateOnly: false, context.RequestAborted);
        return creation switch
        {
            TopicCreation.Created created => Created(context.Response, created.Topic, caller),
            TopicCreation.AlreadyExists { Existing: var existing }
                when mayExist && existing.PartitionCount == body.Partitions && MayDescribe(caller, existing) =>
                Answer(existing, StatusCodes.Status200OK, caller),
            TopicCreation.AlreadyExists { Existing: var existing } => new ProblemResult(new(
                ProblemCode.TopicAlreadyExists,
                MayDescribe(caller, existing)
                    ? $"Topic '{name}' exists with {existing.PartitionCount} partitions."
                    : $"Topic '{name}' exists.")),
            TopicCreation.Refused refused => new ProblemResult(TopicProblems.Of(refused.Problem)),
            _ => throw new UnreachableException($"No answer is defined for {creation}."),
        };
    }

    private static JsonResult Created(HttpResponse response, Topic topic, Caller caller)
    {
        response.Headers.Location = $"/api/v1/topics/{topic.Name}";
        return Answer(topic, StatusCodes.Status201Created, caller);
    }

    private static JsonResult Answer(Topic topic, int status, Caller caller) =>
        new(json => TopicAnswer.Write(json, topic, caller), status);

    private static bool MayDescribe(Caller caller, Topic topic) => caller.May(Right.DescribeTopic, topic.Name);
}
