namespace Serverless.StorageEngine.Topics;

/// <summary>What a topic shall be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionCount">1 to <see cref="TopicRules.PartitionCountMax"/>.</param>
/// <param name="Configs">Settings by Kafka's name, as any text.</param>
public sealed record NewTopic(
    TopicName Name, int PartitionCount, IReadOnlyList<KeyValuePair<string, string?>> Configs)
{
    /// <summary>What <see cref="Topic.ReplicationFactor"/> will say: 1 to 32,767.</summary>
    public int ReplicationFactor { get; init; } = 1;
}
