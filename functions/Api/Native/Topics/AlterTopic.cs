using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>
/// <c>PATCH /api/v1/topics/{topic}</c>: changes settings, or adds partitions. One of them at a time, because the two
/// are two changes to the store and a request takes effect as a whole or not at all.
/// </summary>
internal static class AlterTopic
{
    public static async Task<IResult> HandleAsync(HttpContext context, TopicCatalog topics, string topic)
    {
        if (!TopicName.TryParse(topic, out var name, out var broken))
        {
            return new ProblemResult(Problem.InvalidTopic(broken));
        }

        var body = await SmallBody.ReadAsync(context.Request, TopicJson.Default.AlterTopicBody);
        if (body.Partitions is null == body.Configs is null)
        {
            return new ProblemResult(Problem.InvalidRequest(body.Partitions is null
                ? "A change names 'partitions' or 'configs'; this one names neither."
                : "A change names 'partitions' or 'configs'; this one names both. Send two requests."));
        }

        var right = body.Partitions is null ? Right.AlterTopicConfigs : Right.AlterTopic;
        var caller = Caller.Of(context);
        if (caller.RefusalOf(right, topic) is { } refusal)
        {
            return new ProblemResult(refusal);
        }

        TopicConfigChange[] changes = [.. body.Configs?.Select(ChangeOf) ?? []];
        if (await caller.RefusalOfAsync(topics, name, changes, context.RequestAborted) is { } forbidden)
        {
            return new ProblemResult(forbidden);
        }

        var change = body.Partitions is { } partitions
            ? await topics.AddPartitionsAsync(name, partitions, validateOnly: false, context.RequestAborted)
            : await topics.AlterConfigsAsync(name, changes, validateOnly: false, context.RequestAborted);
        return change switch
        {
            TopicChange.Changed changed => new JsonResult(json => TopicAnswer.Write(json, changed.Topic, caller)),
            TopicChange.UnknownTopic => new ProblemResult(Problem.UnknownTopicOrPartition(topic)),
            TopicChange.Refused refused => new ProblemResult(TopicProblems.Of(refused.Problem)),
            _ => throw new UnreachableException($"No answer is defined for {change}."),
        };
    }

    private static TopicConfigChange ChangeOf(KeyValuePair<string, JsonElement> config)
    {
        var text = TopicBodies.TextOf(config.Key, config.Value);
        return new(config.Key, text, text is null ? TopicConfigOperation.Delete : TopicConfigOperation.Set);
    }
}
