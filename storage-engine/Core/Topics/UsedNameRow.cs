using System.Text;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>
/// Says that a name was used, and by which life of a topic last: the row <c>name|NAME</c> of table partition
/// <c>topics</c>. It stays when the topic goes, and every creation of a topic of the name replaces it.
/// </summary>
/// <remarks>
/// A creation can arrive late, or a second time, when its topic has been created by another attempt and deleted since.
/// That the name is free is then true again, so it is no condition that keeps such a creation out. This row is; and a
/// node that never got the answer learns from it that its creation happened.
/// </remarks>
/// <param name="Version">The row's version as read.</param>
/// <param name="Life">The last topic that had the name; null in rows that were written before this was kept.</param>
internal sealed record UsedNameRow(RowVersion Version, TopicId? Life)
{
    private const string KeyPrefix = "name|";

    /// <summary>The row of a name.</summary>
    public static string KeyOf(TopicName name) => KeyPrefix + name.Value;

    /// <summary>Reads the row.</summary>
    /// <exception cref="CorruptDataException">The row is not what was written.</exception>
    public static UsedNameRow Decode(TableRow row) =>
        new(row.Version, row.Value.IsEmpty ? null : TopicId.Parse(Encoding.UTF8.GetString(row.Value.Span)));

    /// <summary>The change that each creation makes beside the topic's own row.</summary>
    /// <param name="topic">The new topic.</param>
    /// <param name="used">The row of its name as read, or null when the name was never used.</param>
    public static RowChange Use(Topic topic, UsedNameRow? used)
    {
        var (key, life) = (KeyOf(topic.Name), Encoding.UTF8.GetBytes(topic.Id.ToString()));
        return used is { Version: var version }
            ? new RowChange.Replace(key, life, version)
            : new RowChange.Insert(key, life);
    }
}
