using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Security;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>
/// The replica that clients see of each partition: on broker 0, leading, in sync. The storage service keeps the others.
/// </summary>
internal static class ReplicaEndpoints
{
    public static Task<IResult> ListAsync(HttpContext context, Engine engine, string topicName, string partitionId) =>
        PartitionEndpoints.WithPartitionAsync(context, engine, topicName, partitionId, (topic, partition) =>
        {
            var links = V3Links.Of(context);
            return ValueTask.FromResult(V3Answer.Json(
                links.List<ReplicaData>(
                    "KafkaReplicaList",
                    $"topics/{topic.Name}/partitions/{partition}/replicas",
                    [Describe(links, topic, partition)]),
                V3Json.Default.ListOfReplicaData));
        });

    public static Task<IResult> GetAsync(
        HttpContext context, Engine engine, string topicName, string partitionId, string brokerId) =>
        PartitionEndpoints.WithPartitionAsync(context, engine, topicName, partitionId, (topic, partition) =>
            ValueTask.FromResult(BrokerEndpoints.IsBroker(brokerId)
                ? V3Answer.Json(Describe(V3Links.Of(context), topic, partition), V3Json.Default.ReplicaData)
                : V3Answer.Error(ConfluentError.RouteNotFound)));

    /// <summary><c>…/brokers/{brokerId}/partition-replicas</c>: the replicas of all partitions of all topics.</summary>
    public static async Task<IResult> ListOfBrokerAsync(HttpContext context, Engine engine, string brokerId)
    {
        if (!BrokerEndpoints.IsBroker(brokerId))
        {
            return V3Answer.Error(ConfluentError.RouteNotFound);
        }

        var links = V3Links.Of(context);
        var caller = Caller.Of(context);
        var replicas = new List<ReplicaData>();
        await foreach (var topic in engine.Topics.ListAsync(context.RequestAborted))
        {
            if (caller.May(Right.DescribeTopic, topic.Name))
            {
                replicas.AddRange(Enumerable.Range(0, topic.PartitionCount).Select(id => Describe(links, topic, id)));
            }
        }

        return V3Answer.Json(
            links.List("KafkaReplicaList", "brokers/0/partition-replicas", replicas),
            V3Json.Default.ListOfReplicaData);
    }

    private static ReplicaData Describe(V3Links links, Topic topic, int partition) => new(
        "KafkaReplica",
        links.Resource(
            $"topics/{topic.Name}/partitions/{partition}/replicas/0",
            $"topic={topic.Name}/partition={partition}/replica=0"),
        links.ClusterId,
        topic.Name.Value,
        partition,
        BrokerEndpoints.BrokerId,
        IsLeader: true,
        IsInSync: true,
        Broker: links.Link("brokers/0"));
}
