using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>The names of the keepers' rows; persisted, so they never change (<c>FORMAT.md</c>, rows).</summary>
internal static class KeeperKeys
{
    /// <summary>The table partition of the keepers' rows.</summary>
    public const string Partition = "keeper";

    /// <summary>The row of the run over all topics.</summary>
    public const string Run = "topics";

    /// <summary>The rows of all topics.</summary>
    public static RowRange Topics => RowRange.Prefix(TopicPrefix);

    private const string TopicPrefix = "topic|";

    /// <summary>The row of a topic: who is at it, and what was done.</summary>
    public static string Topic(TopicId topic) => TopicPrefix + topic;

    /// <summary>The topic that a row is about.</summary>
    /// <exception cref="CorruptDataException">The key is none of a topic.</exception>
    public static TopicId TopicOf(string key) => TopicId.Parse(key[TopicPrefix.Length..]);
}
