using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>The names that queues use in the table; persisted, so they never change.</summary>
/// <remarks>
/// Row keys end in a checksum of what the partition key names, because some table stores index rows by row key alone.
/// The queues of a topic lie together, to be listed; what a queue consumed lies by itself, so that busy queues do not
/// share the throughput of one table partition.
/// </remarks>
internal static class QueueKeys
{
    /// <summary>All queues of a topic.</summary>
    public static RowRange Queues { get; } = RowRange.Prefix("queue|");

    /// <summary>The table partition that holds the queues of a topic.</summary>
    public static string PartitionOf(TopicName topic) => $"queues|{topic}";

    /// <summary>The row of a queue.</summary>
    public static string Queue(QueueId queue) => $"queue|{NameKey.Of(queue.Group.Value)}|{Mark(queue.Topic.Value)}";

    /// <summary>The table partition that holds what a queue knows of the topic's partitions.</summary>
    public static string PartitionOf(QueueId queue) =>
        $"queue|{NameKey.Of(queue.Group.Value)}|{Mark(queue.Topic.Value)}";

    /// <summary>The row of a share partition.</summary>
    public static string SharePartition(QueueId queue, int partition) =>
        string.Create(CultureInfo.InvariantCulture, $"share|{queue.Topic}|{partition:D8}|{Mark(queue.Group.Value)}");

    /// <summary>All share partitions of a queue.</summary>
    public static RowRange SharePartitions(QueueId queue) => RowRange.Prefix($"share|{queue.Topic}|");

    private static string Mark(string name) =>
        Crc32C.Compute(Encoding.UTF8.GetBytes(name)).ToString("x8", CultureInfo.InvariantCulture);
}
