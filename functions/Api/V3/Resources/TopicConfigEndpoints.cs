using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>Settings of topics: list, describe, set, take back, and several at once.</summary>
internal static class TopicConfigEndpoints
{
    public static async Task<IResult> ListAllAsync(HttpContext context, Engine engine)
    {
        var links = V3Links.Of(context);
        var caller = Caller.Of(context);
        var configs = new List<TopicConfigData>();
        await foreach (var topic in engine.Topics.ListAsync(context.RequestAborted))
        {
            if (caller.May(Right.DescribeTopicConfigs, topic.Name))
            {
                configs.AddRange(TopicConfigDefinitions.All.Select(definition => Describe(links, topic, definition)));
            }
        }

        return V3Answer.Json(
            links.List("KafkaTopicConfigList", "topics/-/configs", configs), V3Json.Default.ListOfTopicConfigData);
    }

    public static async Task<IResult> ListAsync(HttpContext context, Engine engine, string topicName)
    {
        if (await engine.FindAsync(topicName, context.RequestAborted) is not { } topic)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        var links = V3Links.Of(context);
        var configs = TopicConfigDefinitions.All.Select(definition => Describe(links, topic, definition));
        return V3Answer.Json(
            links.List<TopicConfigData>("KafkaTopicConfigList", $"topics/{topic.Name}/configs", [.. configs]),
            V3Json.Default.ListOfTopicConfigData);
    }

    public static async Task<IResult> GetAsync(HttpContext context, Engine engine, string topicName, string name) =>
        await engine.FindAsync(topicName, context.RequestAborted) is not { } topic
            ? V3Answer.Error(ConfluentError.UnknownTopicOrPartition)
            : TopicConfigDefinitions.Find(name) is { } definition
                ? V3Answer.Json(Describe(V3Links.Of(context), topic, definition), V3Json.Default.TopicConfigData)
                : V3Answer.Error(UnknownConfig(context, topicName, name));

    public static async Task<IResult> SetAsync(HttpContext context, Engine engine, string topicName, string name)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.UpdateConfigRequest, context.RequestAborted);
        return request is null
            ? V3Answer.Error(error!)
            : await ChangeAsync(
                context, engine, topicName, [new(name, request.Value, TopicConfigOperation.Set)], validateOnly: false);
    }

    public static Task<IResult> DeleteAsync(HttpContext context, Engine engine, string topicName, string name) =>
        ChangeAsync(
            context, engine, topicName, [new(name, null, TopicConfigOperation.Delete)], validateOnly: false);

    public static async Task<IResult> AlterAsync(HttpContext context, Engine engine, string topicName)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.AlterConfigsRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        return Read(request.Data, "data", out var changes) is { } refused
            ? V3Answer.Error(refused)
            : await ChangeAsync(context, engine, topicName, changes, request.ValidateOnly ?? false);
    }

    /// <summary>Reads the changes of one topic.</summary>
    /// <param name="alterations">As they came.</param>
    /// <param name="member">The name of the member that holds them.</param>
    /// <param name="changes">The changes, when the result is null.</param>
    public static ConfluentError? Read(
        IReadOnlyList<ConfigAlteration>? alterations, string member, out List<TopicConfigChange> changes)
    {
        changes = [];
        if (alterations is null)
        {
            return ConfluentError.BadRequest($"The member {member} is missing.");
        }

        foreach (var alteration in alterations)
        {
            if (alteration?.Name is null)
            {
                return ConfluentError.BadRequest("The member name of an alteration is missing.");
            }

            if (alteration.Operation is not (null or "SET" or "DELETE"))
            {
                return ConfluentError.BadRequest("The member operation of an alteration is SET or DELETE.");
            }

            var operation = alteration.Operation == "DELETE" ? TopicConfigOperation.Delete : TopicConfigOperation.Set;
            changes.Add(new(alteration.Name, alteration.Value, operation));
        }

        return null;
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, Engine engine, string topicName, List<TopicConfigChange> changes, bool validateOnly)
    {
        if (!TopicName.TryParse(topicName, out var name, out _))
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        if (await Caller.Of(context).RefusalOfAsync(engine.Topics, name, changes, context.RequestAborted)
            is { } forbidden)
        {
            return V3Answer.Error(ConfluentError.Of(forbidden));
        }

        if (await engine.Topics.FindAsync(name, context.RequestAborted) is null)
        {
            return V3Answer.Error(ConfluentError.UnknownTopicOrPartition);
        }

        if (FindUnknown(context, topicName, changes) is { } unknown)
        {
            return V3Answer.Error(unknown);
        }

        var outcome = await engine.Topics.AlterConfigsAsync(name, changes, validateOnly, context.RequestAborted);
        return TopicEndpoints.Answer(outcome, static _ => TypedResults.NoContent());
    }

    /// <summary>What is said about a change of a setting that does not exist; null when all do.</summary>
    public static ConfluentError? FindUnknown(
        HttpContext context, string topicName, List<TopicConfigChange> changes) =>
        changes.Find(static change => TopicConfigDefinitions.Find(change.Name) is null) is { Name: { } unknown }
            ? UnknownConfig(context, topicName, unknown)
            : null;

    private static ConfluentError UnknownConfig(HttpContext context, string topicName, string name) =>
        new(
            ConfluentErrorCode.NotFound,
            $"Config {name} cannot be found for TOPIC {topicName} in cluster {V3Links.Of(context).ClusterId}.");

    private static TopicConfigData Describe(V3Links links, Topic topic, TopicConfigDefinition definition)
    {
        var synonyms = Synonyms(topic.Config, definition);
        var path = $"topics/{topic.Name}/configs/{definition.Name}";
        return new(
            "KafkaTopicConfig",
            links.Resource(path, $"topic={topic.Name}/config={definition.Name}"),
            links.ClusterId,
            topic.Name.Value,
            definition.Name,
            synonyms[0].Value,
            IsDefault: !topic.Config.Overrides.ContainsKey(definition.Name),
            definition.IsReadOnly,
            IsSensitive: false,
            synonyms[0].Source,
            synonyms);
    }

    // In the order in which they count: the topic's own value, the node's, the product's.
    private static List<ConfigSynonym> Synonyms(TopicConfig config, TopicConfigDefinition definition)
    {
        var synonyms = new List<ConfigSynonym>(capacity: 3);
        if (config.Overrides.TryGetValue(definition.Name, out var value))
        {
            synonyms.Add(new(definition.Name, value, "DYNAMIC_TOPIC_CONFIG"));
        }

        if (config.NodeDefaults.TryGetValue(definition.Name, out value))
        {
            synonyms.Add(new(definition.Name, value, "STATIC_BROKER_CONFIG"));
        }

        synonyms.Add(new(definition.Name, definition.Default, "DEFAULT_CONFIG"));
        return synonyms;
    }
}
