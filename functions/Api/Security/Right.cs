using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>A right to resources of one type; which of them, a request says.</summary>
/// <param name="Operation">What for.</param>
/// <param name="Type">The kind of the resource.</param>
public readonly record struct Right(AclOperation Operation, AclResourceType Type)
{
    /// <summary>To read records of a topic.</summary>
    public static Right ReadTopic { get; } = new(AclOperation.Read, AclResourceType.Topic);

    /// <summary>To append records.</summary>
    public static Right WriteTopic { get; } = new(AclOperation.Write, AclResourceType.Topic);

    /// <summary>To create a topic of a name.</summary>
    public static Right CreateTopic { get; } = new(AclOperation.Create, AclResourceType.Topic);

    /// <summary>To know that a topic is there.</summary>
    public static Right DescribeTopic { get; } = new(AclOperation.Describe, AclResourceType.Topic);

    /// <summary>To delete a topic, or records of it.</summary>
    public static Right DeleteTopic { get; } = new(AclOperation.Delete, AclResourceType.Topic);

    /// <summary>To add partitions.</summary>
    public static Right AlterTopic { get; } = new(AclOperation.Alter, AclResourceType.Topic);

    /// <summary>To see a topic's settings.</summary>
    public static Right DescribeTopicConfigs { get; } = new(AclOperation.DescribeConfigs, AclResourceType.Topic);

    /// <summary>To change a topic's settings.</summary>
    public static Right AlterTopicConfigs { get; } = new(AclOperation.AlterConfigs, AclResourceType.Topic);

    /// <summary>To be a member of a group, to receive from a queue, to commit.</summary>
    public static Right ReadGroup { get; } = new(AclOperation.Read, AclResourceType.Group);

    /// <summary>To know that a group or queue is there.</summary>
    public static Right DescribeGroup { get; } = new(AclOperation.Describe, AclResourceType.Group);

    /// <summary>To delete a group or queue, or offsets of it.</summary>
    public static Right DeleteGroup { get; } = new(AclOperation.Delete, AclResourceType.Group);

    /// <summary>To create a queue, and change its settings.</summary>
    public static Right AlterGroupConfigs { get; } = new(AclOperation.AlterConfigs, AclResourceType.Group);

    /// <summary>To see rights, keys, metrics and maintenance.</summary>
    public static Right DescribeCluster { get; } = new(AclOperation.Describe, AclResourceType.Cluster);

    /// <summary>To change rights and keys, run maintenance, and let topics into the shared log of a group.</summary>
    public static Right AlterCluster { get; } = new(AclOperation.Alter, AclResourceType.Cluster);

    /// <summary>To create topics of any name.</summary>
    public static Right CreateInCluster { get; } = new(AclOperation.Create, AclResourceType.Cluster);

    /// <summary>To see the settings of nodes.</summary>
    public static Right DescribeClusterConfigs { get; } = new(AclOperation.DescribeConfigs, AclResourceType.Cluster);

    /// <summary>To change the settings of nodes, which is refused whoever asks.</summary>
    public static Right AlterClusterConfigs { get; } = new(AclOperation.AlterConfigs, AclResourceType.Cluster);

    /// <summary>To take a producer id.</summary>
    public static Right WriteIdempotent { get; } = new(AclOperation.IdempotentWrite, AclResourceType.Cluster);

    /// <summary>To come back as a named producer.</summary>
    public static Right WriteTransactionalId { get; } = new(AclOperation.Write, AclResourceType.TransactionalId);
}
