using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>
/// Says that a name was used: the empty row <c>name|NAME</c> of table partition <c>topics</c>. It stays when the topic
/// goes, and every creation of a topic of the name moves its version.
/// </summary>
/// <remarks>
/// A creation can arrive late, or a second time, when its topic has been created by another attempt and deleted since.
/// That the name is free is then true again, so it is no condition that keeps such a creation out. This row is.
/// </remarks>
internal static class UsedNameRow
{
    private const string KeyPrefix = "name|";

    /// <summary>The row of a name.</summary>
    public static string KeyOf(TopicName name) => KeyPrefix + name.Value;

    /// <summary>The change that each creation makes beside the topic's own row.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="used">The row's version as read, or null when the name was never used.</param>
    public static RowChange Use(TopicName name, RowVersion? used) => used is { } version
        ? new RowChange.Check(KeyOf(name), version)
        : new RowChange.Insert(KeyOf(name), ReadOnlyMemory<byte>.Empty);
}
