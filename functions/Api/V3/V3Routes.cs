using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Serverless.Functions.Api.Quotas;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Groups;
using Serverless.Functions.Api.V3.Records;
using Serverless.Functions.Api.V3.Resources;
using Serverless.Functions.Api.V3.Security;
using Serverless.Functions.Api.V3.ShareGroups;

namespace Serverless.Functions.Api.V3;

/// <summary>The routes of Confluent's REST API v3, below <c>/v3</c> and <c>/kafka/v3</c>.</summary>
internal static class V3Routes
{
    private const string Cluster = "Everybody uses the cluster and its one broker.";
    private const string Lists = "It lists what may be described.";
    private const string ByBody = "The body names what rights are needed to.";

    /// <summary>Maps them.</summary>
    /// <param name="routes">The host's routes.</param>
    public static void MapV3(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in V3Links.Prefixes)
        {
            var clusters = routes.MapGroup($"{prefix}/clusters").AddEndpointFilter<RouteGroupBuilder, V3Cluster>();
            var cluster = clusters.MapGroup($"/{{{V3Cluster.RouteValue}}}");
            clusters.MapGet("", ClusterEndpoints.List).Known(Cluster);
            cluster.MapGet("", ClusterEndpoints.Get).Known(Cluster);
            MapBrokers(cluster);
            MapTopics(cluster.MapGroup("/topics"));
            ConsumerGroupRoutes.Map(cluster);
            ShareGroupRoutes.Map(cluster);
            AclRoutes.Map(cluster);
        }
    }

    private static void MapBrokers(RouteGroupBuilder cluster)
    {
        cluster.MapGet("/broker-configs", ClusterConfigEndpoints.List).Needs(Right.DescribeClusterConfigs);
        cluster.MapPost("/broker-configs:alter", BrokerConfigEndpoints.RefuseAlterationAsync)
            .Needs(Right.AlterClusterConfigs);
        cluster.MapGet("/broker-configs/{name}", ClusterConfigEndpoints.Get).Needs(Right.DescribeClusterConfigs);
        cluster.MapPut("/broker-configs/{name}", ClusterConfigEndpoints.SetAsync).Needs(Right.AlterClusterConfigs);
        cluster.MapDelete("/broker-configs/{name}", ClusterConfigEndpoints.Delete).Needs(Right.AlterClusterConfigs);

        cluster.MapGet("/brokers", BrokerEndpoints.List).Known(Cluster);
        cluster.MapGet("/brokers/-/configs", BrokerConfigEndpoints.ListAll).Needs(Right.DescribeClusterConfigs);
        var broker = cluster.MapGroup("/brokers/{brokerId}");
        broker.MapGet("", BrokerEndpoints.Get).Known(Cluster);
        broker.MapGet("/partition-replicas", ReplicaEndpoints.ListOfBrokerAsync).Known(Lists);
        broker.MapGet("/configs", BrokerConfigEndpoints.ListOfBroker).Needs(Right.DescribeClusterConfigs);
        broker.MapPost("/configs:alter", BrokerConfigEndpoints.AlterAsync).Needs(Right.AlterClusterConfigs);
        broker.MapGet("/configs/{name}", BrokerConfigEndpoints.Get).Needs(Right.DescribeClusterConfigs);
        broker.MapPut("/configs/{name}", BrokerConfigEndpoints.SetAsync).Needs(Right.AlterClusterConfigs);
        broker.MapDelete("/configs/{name}", BrokerConfigEndpoints.Delete).Needs(Right.AlterClusterConfigs);
    }

    private static void MapTopics(RouteGroupBuilder topics)
    {
        topics.MapGet("", TopicEndpoints.ListAsync).Known(Lists);
        topics.MapPost("", TopicEndpoints.CreateAsync).Known(ByBody);
        topics.MapGet("/-/configs", TopicConfigEndpoints.ListAllAsync).Known(Lists);
        topics.MapPost("/-/configs:alter", AlterTopicsConfigs.HandleAsync).Known(ByBody);
        topics.MapGet("/-/partitions/-/reassignment", ReassignmentEndpoints.ListAll).Known("It is always empty.");

        var topic = topics.MapGroup("/{topicName}");
        topic.MapGet("", TopicEndpoints.GetAsync).Needs(Right.DescribeTopic);
        topic.MapPatch("", TopicEndpoints.UpdateAsync).Needs(Right.AlterTopic);
        topic.MapDelete("", TopicEndpoints.DeleteAsync).Needs(Right.DeleteTopic);
        topic.MapPost("/records", PostRecordStream.HandleAsync).Needs(Right.WriteTopic).CarriesProduced();
        ReadRoutes.MapTopic(topic);
        topic.MapPost("/records:batch", PostRecordBatch.HandleAsync).Needs(Right.WriteTopic).CarriesProduced();
        MapConfigs(topic);
        MapPartitions(topic.MapGroup("/partitions"));
    }

    private static void MapConfigs(RouteGroupBuilder topic)
    {
        topic.MapPost("/configs:alter", TopicConfigEndpoints.AlterAsync).Needs(Right.AlterTopicConfigs);
        topic.MapGet("/configs", TopicConfigEndpoints.ListAsync).Needs(Right.DescribeTopicConfigs);
        topic.MapGet("/configs/{name}", TopicConfigEndpoints.GetAsync).Needs(Right.DescribeTopicConfigs);
        topic.MapPut("/configs/{name}", TopicConfigEndpoints.SetAsync).Needs(Right.AlterTopicConfigs);
        topic.MapDelete("/configs/{name}", TopicConfigEndpoints.DeleteAsync).Needs(Right.AlterTopicConfigs);
    }

    private static void MapPartitions(RouteGroupBuilder partitions)
    {
        partitions.MapGet("", PartitionEndpoints.ListAsync).Needs(Right.DescribeTopic);
        partitions.MapGet("/-/reassignment", ReassignmentEndpoints.ListOfTopicAsync).Needs(Right.DescribeTopic);
        partitions.MapGet("/{partitionId}", PartitionEndpoints.GetAsync).Needs(Right.DescribeTopic);
        ReadRoutes.MapPartition(partitions);
        partitions.MapGet("/{partitionId}/offset", PartitionEndpoints.GetOffsetsAsync).Needs(Right.DescribeTopic);
        partitions.MapGet("/{partitionId}/replicas", ReplicaEndpoints.ListAsync).Needs(Right.DescribeTopic);
        partitions.MapGet("/{partitionId}/replicas/{brokerId}", ReplicaEndpoints.GetAsync).Needs(Right.DescribeTopic);
        partitions.MapGet("/{partitionId}/reassignment", ReassignmentEndpoints.GetAsync).Needs(Right.DescribeTopic);
    }
}
