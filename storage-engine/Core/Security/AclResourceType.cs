namespace Serverless.StorageEngine.Security;

/// <summary>What a right is a right to, with Kafka's numbers. The numbers are not stored.</summary>
public enum AclResourceType
{
    /// <summary>A topic, by its name.</summary>
    Topic = 2,

    /// <summary>A consumer group or a queue, by its name.</summary>
    Group = 3,

    /// <summary>The cluster, whose name here is <see cref="AclRules.ClusterName"/>.</summary>
    Cluster = 4,

    /// <summary>The name under which a producer comes back.</summary>
    TransactionalId = 5,
}
