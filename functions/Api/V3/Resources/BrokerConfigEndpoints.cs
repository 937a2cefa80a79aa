using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>Settings of the broker that clients see. They can be read; changes are refused in Kafka's words.</summary>
internal static class BrokerConfigEndpoints
{
    public static IResult ListAll(HttpContext context, Engine engine) => List(context, engine, "brokers/-/configs");

    public static IResult ListOfBroker(HttpContext context, Engine engine, string brokerId) =>
        BrokerEndpoints.IsBroker(brokerId)
            ? List(context, engine, "brokers/0/configs")
            : V3Answer.Error(ConfluentError.RouteNotFound);

    public static IResult Get(HttpContext context, Engine engine, string brokerId, string name) =>
        BrokerEndpoints.IsBroker(brokerId) && BrokerConfig.Find(engine, name) is { } config
            ? V3Answer.Json(Describe(V3Links.Of(context), config), V3Json.Default.BrokerConfigData)
            : V3Answer.Error(ConfluentError.RouteNotFound);

    public static async Task<IResult> SetAsync(HttpContext context, Engine engine, string brokerId, string name)
    {
        if (!BrokerEndpoints.IsBroker(brokerId))
        {
            return V3Answer.Error(ConfluentError.RouteNotFound);
        }

        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.UpdateConfigRequest, context.RequestAborted);
        return V3Answer.Error(request is null ? error! : BrokerConfig.RefuseChange(context, engine, [name]));
    }

    public static IResult Delete(HttpContext context, Engine engine, string brokerId, string name) =>
        V3Answer.Error(BrokerEndpoints.IsBroker(brokerId)
            ? BrokerConfig.RefuseChange(context, engine, [name])
            : ConfluentError.RouteNotFound);

    public static async Task<IResult> AlterAsync(HttpContext context, Engine engine, string brokerId) =>
        BrokerEndpoints.IsBroker(brokerId)
            ? await RefuseAlterationAsync(context, engine)
            : V3Answer.Error(ConfluentError.RouteNotFound);

    /// <summary>Refuses several changes at once, those of none being no change.</summary>
    public static async Task<IResult> RefuseAlterationAsync(HttpContext context, Engine engine)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.AlterConfigsRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        return TopicConfigEndpoints.Read(request.Data, "data", out var changes) is { } refused
            ? V3Answer.Error(refused)
            : changes.Count == 0
                ? TypedResults.NoContent()
                : V3Answer.Error(BrokerConfig.RefuseChange(
                    context, engine, [.. changes.Select(static change => change.Name)]));
    }

    private static IResult List(HttpContext context, Engine engine, string path)
    {
        var links = V3Links.Of(context);
        var configs = BrokerConfig.All(engine.Topics.ConfigDefaults).Select(config => Describe(links, config));
        return V3Answer.Json(
            links.List<BrokerConfigData>("KafkaBrokerConfigList", path, [.. configs]),
            V3Json.Default.ListOfBrokerConfigData);
    }

    private static BrokerConfigData Describe(V3Links links, BrokerConfig config) => new(
        "KafkaBrokerConfig",
        links.Resource($"brokers/0/configs/{config.Name}", $"broker=0/config={config.Name}"),
        links.ClusterId,
        BrokerEndpoints.BrokerId,
        config.Name,
        config.Value,
        config.IsDefault,
        IsReadOnly: true,
        IsSensitive: false,
        config.Source,
        config.Synonyms);
}
