namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>The cluster: all nodes over one store.</summary>
internal sealed record ClusterData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    Link Controller,
    Link Acls,
    Link Brokers,
    Link BrokerConfigs,
    Link ConsumerGroups,
    Link Topics,
    Link PartitionReassignments);

/// <summary>The one broker that clients see: the address they use.</summary>
internal sealed record BrokerData(
    string Kind,
    Metadata Metadata,
    string ClusterId,
    int BrokerId,
    string Host,
    int Port,
    string? Rack,
    Link Configs,
    Link PartitionReplicas);
