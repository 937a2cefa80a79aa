using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Records;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>The names that groups use in the table; persisted, so they never change.</summary>
/// <remarks>
/// Row keys end in a checksum of the group's id, because some table stores index rows by row key alone.
/// </remarks>
internal static class GroupKeys
{
    /// <summary>The table partition that holds a group's rows.</summary>
    public static string Partition(GroupId group) => $"group|{NameKey.Of(group.Value)}";

    /// <summary>The table partition that names all groups.</summary>
    public const string IndexPartition = "groups";

    /// <summary>The row of a group's name among all.</summary>
    public static string IndexRow(GroupId group) => $"name|{NameKey.Of(group.Value)}";

    /// <summary>The row of the group itself.</summary>
    public static string Group(GroupId group) => $"group|{Mark(group)}";

    /// <summary>The row of an instance.</summary>
    public static string Instance(GroupId group, InstanceId instance) =>
        $"instance|{NameKey.Of(instance.Value)}|{Mark(group)}";

    /// <summary>The group's row and all instances.</summary>
    public static RowRange GroupAndInstances { get; } = new("group|", RowRange.Prefix("instance|").To);

    /// <summary>The row of a committed offset.</summary>
    public static string Offset(GroupId group, TopicPartition partition) =>
        string.Create(CultureInfo.InvariantCulture, $"offset|{partition.Topic}|{partition.Partition:D8}|{Mark(group)}");

    /// <summary>All committed offsets of a topic between two partitions, both included.</summary>
    public static RowRange Offsets(TopicName topic, int first, int last) => new(
        string.Create(CultureInfo.InvariantCulture, $"offset|{topic}|{first:D8}|"),
        RowRange.Prefix(string.Create(CultureInfo.InvariantCulture, $"offset|{topic}|{last:D8}|")).To);

    /// <summary>All committed offsets of a group.</summary>
    public static RowRange AllOffsets { get; } = RowRange.Prefix("offset|");

    /// <summary>The partition that <see cref="Offset"/> made a key for.</summary>
    /// <exception cref="CorruptDataException">The key is none of those.</exception>
    public static TopicPartition PartitionOf(string key)
    {
        var parts = key.Split('|');
        return parts.Length == 4
            && TopicName.TryParse(parts[1], out var topic, out _)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                ? new TopicPartition(topic, partition)
                : throw new CorruptDataException($"Row '{key}' is no committed offset.");
    }

    private static string Mark(GroupId group) =>
        Crc32C.Compute(Encoding.UTF8.GetBytes(group.Value)).ToString("x8", CultureInfo.InvariantCulture);
}
