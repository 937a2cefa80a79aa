using System.Buffers.Text;
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
    // A longer name is written in base 64, which takes 340 characters for the longest id. Escape never yields '='.
    private const int EscapedCharactersMax = 340;
    private const string Base64Mark = "=";

    /// <summary>The table partition that holds a group's rows.</summary>
    public static string Partition(GroupId group) => $"group|{Name(group.Value)}";

    /// <summary>The row of the group itself.</summary>
    public static string Group(GroupId group) => $"group|{Mark(group)}";

    /// <summary>The row of an instance.</summary>
    public static string Instance(GroupId group, InstanceId instance) =>
        $"instance|{Name(instance.Value)}|{Mark(group)}";

    /// <summary>The group's row and all instances.</summary>
    public static RowRange GroupAndInstances { get; } = new("group|", RowRange.Prefix("instance|").To);

    /// <summary>The row of a committed offset.</summary>
    public static string Offset(GroupId group, TopicPartition partition) =>
        string.Create(CultureInfo.InvariantCulture, $"offset|{partition.Topic}|{partition.Partition:D8}|{Mark(group)}");

    /// <summary>All committed offsets of a topic between two partitions, both included.</summary>
    public static RowRange Offsets(TopicName topic, int first, int last) => new(
        string.Create(CultureInfo.InvariantCulture, $"offset|{topic}|{first:D8}|"),
        RowRange.Prefix(string.Create(CultureInfo.InvariantCulture, $"offset|{topic}|{last:D8}|")).To);

    /// <summary>The partition that <see cref="Offset"/> made a key for.</summary>
    public static int PartitionOfOffset(string key) =>
        int.Parse(key.Split('|')[2], NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Why <paramref name="text"/> cannot be an id, or null.</summary>
    public static string? ProblemOf(string? text, int bytesMax)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "the empty string is not allowed";
        }

        // A lone surrogate has no UTF-8 form; replaced, two different ids would become the same.
        if (!HasUtf8Form(text))
        {
            return "the text is not valid Unicode";
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes > bytesMax
            ? $"the length of {bytes} bytes is longer than the max allowed length {bytesMax}"
            : null;
    }

    private static bool HasUtf8Form(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    private static string Name(string id)
    {
        var escaped = TableKey.Escape(id);
        return escaped.Length <= EscapedCharactersMax
            ? escaped
            : Base64Mark + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));
    }

    private static string Mark(GroupId group) =>
        Crc32C.Compute(Encoding.UTF8.GetBytes(group.Value)).ToString("x8", CultureInfo.InvariantCulture);
}
