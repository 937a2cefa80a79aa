using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.V3.Groups;
using Serverless.Functions.Api.V3.Records;
using Serverless.Functions.Api.V3.Resources;

namespace Serverless.Functions.Api.V3;

/// <summary>The routes of Confluent's REST API v3, below <c>/v3</c> and <c>/kafka/v3</c>.</summary>
internal static class V3Routes
{
    /// <summary>Maps them.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapV3(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in V3Links.Prefixes)
        {
            var clusters = routes.MapGroup($"{prefix}/clusters").AddEndpointFilter<RouteGroupBuilder, V3Cluster>();
            var cluster = clusters.MapGroup($"/{{{V3Cluster.RouteValue}}}");
            clusters.MapGet("", ClusterEndpoints.List);
            cluster.MapGet("", ClusterEndpoints.Get);
            MapBrokers(cluster);
            MapTopics(cluster.MapGroup("/topics"));
            ConsumerGroupRoutes.Map(cluster);
        }
    }

    private static void MapBrokers(RouteGroupBuilder cluster)
    {
        cluster.MapGet("/broker-configs", ClusterConfigEndpoints.List);
        cluster.MapPost("/broker-configs:alter", BrokerConfigEndpoints.RefuseAlterationAsync);
        cluster.MapGet("/broker-configs/{name}", ClusterConfigEndpoints.Get);
        cluster.MapPut("/broker-configs/{name}", ClusterConfigEndpoints.SetAsync);
        cluster.MapDelete("/broker-configs/{name}", ClusterConfigEndpoints.Delete);

        cluster.MapGet("/brokers", BrokerEndpoints.List);
        cluster.MapGet("/brokers/-/configs", BrokerConfigEndpoints.ListAll);
        var broker = cluster.MapGroup("/brokers/{brokerId}");
        broker.MapGet("", BrokerEndpoints.Get);
        broker.MapGet("/partition-replicas", ReplicaEndpoints.ListOfBrokerAsync);
        broker.MapGet("/configs", BrokerConfigEndpoints.ListOfBroker);
        broker.MapPost("/configs:alter", BrokerConfigEndpoints.AlterAsync);
        broker.MapGet("/configs/{name}", BrokerConfigEndpoints.Get);
        broker.MapPut("/configs/{name}", BrokerConfigEndpoints.SetAsync);
        broker.MapDelete("/configs/{name}", BrokerConfigEndpoints.Delete);
    }

    private static void MapTopics(RouteGroupBuilder topics)
    {
        topics.MapGet("", TopicEndpoints.ListAsync);
        topics.MapPost("", TopicEndpoints.CreateAsync);
        topics.MapGet("/-/configs", TopicConfigEndpoints.ListAllAsync);
        topics.MapPost("/-/configs:alter", AlterTopicsConfigs.HandleAsync);
        topics.MapGet("/-/partitions/-/reassignment", ReassignmentEndpoints.ListAll);

        var topic = topics.MapGroup("/{topicName}");
        topic.MapGet("", TopicEndpoints.GetAsync);
        topic.MapPatch("", TopicEndpoints.UpdateAsync);
        topic.MapDelete("", TopicEndpoints.DeleteAsync);
        topic.MapPost("/records", PostRecordStream.HandleAsync);
        ReadRoutes.MapTopic(topic);
        topic.MapPost("/records:batch", PostRecordBatch.HandleAsync);
        MapConfigs(topic);
        MapPartitions(topic.MapGroup("/partitions"));
    }

    private static void MapConfigs(RouteGroupBuilder topic)
    {
        topic.MapPost("/configs:alter", TopicConfigEndpoints.AlterAsync);
        topic.MapGet("/configs", TopicConfigEndpoints.ListAsync);
        topic.MapGet("/configs/{name}", TopicConfigEndpoints.GetAsync);
        topic.MapPut("/configs/{name}", TopicConfigEndpoints.SetAsync);
        topic.MapDelete("/configs/{name}", TopicConfigEndpoints.DeleteAsync);
    }

    private static void MapPartitions(RouteGroupBuilder partitions)
    {
        partitions.MapGet("", PartitionEndpoints.ListAsync);
        partitions.MapGet("/-/reassignment", ReassignmentEndpoints.ListOfTopicAsync);
        partitions.MapGet("/{partitionId}", PartitionEndpoints.GetAsync);
        ReadRoutes.MapPartition(partitions);
        partitions.MapGet("/{partitionId}/offset", PartitionEndpoints.GetOffsetsAsync);
        partitions.MapGet("/{partitionId}/replicas", ReplicaEndpoints.ListAsync);
        partitions.MapGet("/{partitionId}/replicas/{brokerId}", ReplicaEndpoints.GetAsync);
        partitions.MapGet("/{partitionId}/reassignment", ReassignmentEndpoints.GetAsync);
    }
}
