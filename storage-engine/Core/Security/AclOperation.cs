namespace Serverless.StorageEngine.Security;

/// <summary>What a principal may do, with Kafka's numbers. The numbers are not stored.</summary>
public enum AclOperation
{
    /// <summary>Everything, what comes later included.</summary>
    All = 2,

    /// <summary>Read records of a topic; be a member of a group and commit its offsets.</summary>
    Read = 3,

    /// <summary>Append records.</summary>
    Write = 4,

    /// <summary>Create a topic.</summary>
    Create = 5,

    /// <summary>Delete a topic or records of it, a group or offsets of it.</summary>
    Delete = 6,

    /// <summary>Change a topic; change rights and keys, when it is allowed on the cluster.</summary>
    Alter = 7,

    /// <summary>Know that it is there, and what it is like.</summary>
    Describe = 8,

    /// <summary>What only nodes do.</summary>
    ClusterAction = 9,

    /// <summary>See settings.</summary>
    DescribeConfigs = 10,

    /// <summary>Change settings.</summary>
    AlterConfigs = 11,

    /// <summary>Take a producer id. Whoever may write to any topic may, too.</summary>
    IdempotentWrite = 12,
}
