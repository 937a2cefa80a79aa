using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Where a partition's next segment lies: the topic setting <c>log</c>. Pure.</summary>
/// <param name="IsShared">Whether it lies in a shared log.</param>
/// <param name="Group">The group whose shared log it is; null for the topic's own.</param>
internal readonly record struct LogPlacement(bool IsShared, string? Group)
{
    /// <summary>A shared log where it pays by the topic's own wish: see <see cref="Of"/>.</summary>
    public const string Auto = "auto";

    /// <summary>A blob of its own.</summary>
    public const string Dedicated = "dedicated";

    /// <summary>The topic's own shared log.</summary>
    public const string Shared = "shared";

    /// <summary>What stands in front of the name of a group.</summary>
    public const string GroupPrefix = "shared:";

    /// <summary>The longest name of a group, in characters.</summary>
    public const int GroupLengthMax = 64;

    /// <summary>Whether a text can name a group: lower-case letters, digits and hyphens.</summary>
    public static bool IsGroupName(string text) =>
        text.Length is > 0 and <= GroupLengthMax
        && text.All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>Where the next segments of a topic's partitions lie.</summary>
    /// <remarks>
    /// Left to itself a topic shares when it has several partitions and asks for an interval between its paid appends: it
    /// has said that a lower bill is worth some latency, and from the second busy partition on the shared log is the
    /// cheaper one (<c>ARCHITECTURE.md</c>, shared logs).
    /// </remarks>
    public static LogPlacement Of(Topic topic) => topic.Config.Log switch
    {
        Auto => new LogPlacement(topic.PartitionCount > 1 && topic.Config.AppendInterval > TimeSpan.Zero, Group: null),
        Dedicated => default,
        Shared => new LogPlacement(IsShared: true, Group: null),
        var named => new LogPlacement(IsShared: true, named[GroupPrefix.Length..]),
    };

    /// <summary>The shared log of a partition's next segment; null for none.</summary>
    public SharedLogId? LogOf(PartitionId partition) => !IsShared ? null
        : Group is { } group ? SharedLogId.OfGroup(group)
        : SharedLogId.OfTopic(partition.Topic, partition.Index);

    /// <summary>
    /// Whether a topic has a say in how far apart the appends to a shared log are. One that was taken out of a group
    /// has none, although its present segment stays there for a while: whoever takes it out needs no right to the group.
    /// </summary>
    /// <param name="config">The topic's settings.</param>
    /// <param name="log">Where its present segment lies.</param>
    public static bool HasSay(TopicConfig config, SharedLogId log) =>
        !log.IsGroup
        || (config.Log.StartsWith(GroupPrefix, StringComparison.Ordinal)
            && log == SharedLogId.OfGroup(config.Log[GroupPrefix.Length..]));

    /// <summary>The age at which a segment of the topic is sealed.</summary>
    /// <param name="config">The topic's settings.</param>
    /// <param name="isShared">Whether the segment lies in a shared log, where it must not stay for long: it keeps
    /// carriers from going, and reading from there costs more.</param>
    public static TimeSpan SegmentAge(TopicConfig config, bool isShared) =>
        isShared && config.SharedSegmentAge < config.SegmentAge ? config.SharedSegmentAge : config.SegmentAge;
}
