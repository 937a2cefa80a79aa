using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>The cluster: there is exactly one, whichever node answers.</summary>
internal static class ClusterEndpoints
{
    public static IResult List(HttpContext context)
    {
        var links = V3Links.Of(context);
        return V3Answer.Json(
            new ListOf<ClusterData>("KafkaClusterList", new(links.Clusters), [Describe(links)]),
            V3Json.Default.ListOfClusterData);
    }

    public static IResult Get(HttpContext context) =>
        V3Answer.Json(Describe(V3Links.Of(context)), V3Json.Default.ClusterData);

    private static ClusterData Describe(V3Links links) => new(
        "KafkaCluster",
        links.Resource("", ""),
        links.ClusterId,
        Controller: links.Link("brokers/0"),
        Acls: links.Link("acls"),
        Brokers: links.Link("brokers"),
        BrokerConfigs: links.Link("broker-configs"),
        ConsumerGroups: links.Link("consumer-groups"),
        Topics: links.Link("topics"),
        PartitionReassignments: links.Link("topics/-/partitions/-/reassignment"));
}
