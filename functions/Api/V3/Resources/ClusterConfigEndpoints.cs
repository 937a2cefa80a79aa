using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>
/// Settings of all brokers: those of the one there is. They can be read; changes are refused in Kafka's words.
/// </summary>
internal static class ClusterConfigEndpoints
{
    public static IResult List(HttpContext context, Engine engine)
    {
        var links = V3Links.Of(context);
        var configs = BrokerConfig.All(engine.Topics.ConfigDefaults).Select(config => Describe(links, config));
        return V3Answer.Json(
            links.List<ClusterConfigData>("KafkaClusterConfigList", "broker-configs", [.. configs]),
            V3Json.Default.ListOfClusterConfigData);
    }

    public static IResult Get(HttpContext context, Engine engine, string name) =>
        BrokerConfig.Find(engine, name) is { } config
            ? V3Answer.Json(Describe(V3Links.Of(context), config), V3Json.Default.ClusterConfigData)
            : V3Answer.Error(ConfluentError.RouteNotFound);

    public static async Task<IResult> SetAsync(HttpContext context, Engine engine, string name)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.UpdateConfigRequest, context.RequestAborted);
        return V3Answer.Error(request is null ? error! : BrokerConfig.RefuseChange(context, engine, [name]));
    }

    public static IResult Delete(HttpContext context, Engine engine, string name) =>
        V3Answer.Error(BrokerConfig.RefuseChange(context, engine, [name]));

    private static ClusterConfigData Describe(V3Links links, BrokerConfig config) => new(
        "KafkaClusterConfig",
        links.Resource($"broker-configs/{config.Name}", $"broker-config={config.Name}"),
        links.ClusterId,
        ConfigType: "BROKER",
        config.Name,
        config.Value,
        config.IsDefault,
        IsReadOnly: true,
        IsSensitive: false,
        config.Source,
        config.Synonyms);
}
