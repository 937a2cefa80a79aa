namespace Serverless.StorageEngine.Topics;

/// <summary>What to do with a setting, after Kafka's <c>AlterConfigOp</c> (KIP-339).</summary>
public enum TopicConfigOperation
{
    /// <summary>Give it a value for this topic.</summary>
    Set,

    /// <summary>Take back what was set for this topic: the default applies again.</summary>
    Delete,
}
