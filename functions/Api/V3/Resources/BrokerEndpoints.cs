using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>
/// The broker that clients of this API expect: number 0, at the address that the client used. Nodes come and go, and
/// all of them serve everything, so none of them is worth a number.
/// </summary>
internal static class BrokerEndpoints
{
    /// <summary>The only broker's number.</summary>
    public const int BrokerId = 0;

    public static IResult List(HttpContext context)
    {
        var links = V3Links.Of(context);
        return V3Answer.Json(
            links.List<BrokerData>("KafkaBrokerList", "brokers", [Describe(context, links)]),
            V3Json.Default.ListOfBrokerData);
    }

    public static IResult Get(HttpContext context, string brokerId) =>
        IsBroker(brokerId)
            ? V3Answer.Json(Describe(context, V3Links.Of(context)), V3Json.Default.BrokerData)
            : V3Answer.Error(ConfluentError.RouteNotFound);

    /// <summary>Whether a segment of a path names the broker.</summary>
    public static bool IsBroker(string brokerId) => QueryText.TryNumber(brokerId, out var id) && id == BrokerId;

    private static BrokerData Describe(HttpContext context, V3Links links)
    {
        var host = context.Request.Host;
        return new(
            "KafkaBroker",
            links.Resource("brokers/0", "broker=0"),
            links.ClusterId,
            BrokerId,
            host.Host,
            host.Port ?? (context.Request.IsHttps ? 443 : 80),
            Rack: null,
            Configs: links.Link("brokers/0/configs"),
            PartitionReplicas: links.Link("brokers/0/partition-replicas"));
    }
}
