namespace Serverless.StorageEngine.Topics;

/// <summary>Why a topic cannot be created or changed as asked, after Kafka's error codes.</summary>
public enum TopicProblemCode
{
    /// <summary>Kafka's INVALID_PARTITIONS (37): the number of partitions is out of bounds, or not more than
    /// before.</summary>
    InvalidPartitions,

    /// <summary>Kafka's INVALID_REPLICATION_FACTOR (38).</summary>
    InvalidReplicationFactor,

    /// <summary>Kafka's INVALID_CONFIG (40): a setting is unknown, or its value is out of bounds.</summary>
    InvalidConfig,

    /// <summary>Kafka's INVALID_REQUEST (42): the same setting stands twice in one request.</summary>
    InvalidRequest,
}
