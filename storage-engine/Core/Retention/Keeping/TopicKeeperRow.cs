using System.Text.Json;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Who is at a topic, how far they are, and what they did: row <c>topic|TOPIC-ID</c> of table partition
/// <c>keeper</c>.</summary>
/// <param name="V">The version of the row: 1.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="Node">The node's id, 32 hexadecimal digits.</param>
/// <param name="Stamp">A random number of the run: tells a lost answer from a lost topic.</param>
/// <param name="Writes">How often this run has written the row.</param>
/// <param name="StartedAt">When the run took the topic, in storage time, milliseconds since 1970.</param>
/// <param name="Next">The partition that it is at, then the first one that has work left; 0 when none has.</param>
/// <param name="Partitions">The number of partitions.</param>
/// <param name="Did">What this run has done.</param>
/// <param name="FinishedAt">When it was done, or null.</param>
/// <param name="Problem">The last problem of this run.</param>
/// <param name="ListedAt">When the topic's copies were listed last, in storage time, milliseconds since 1970; null before
/// the first time.</param>
internal sealed record TopicKeeperRow(
    int V,
    string Topic,
    string Node,
    long Stamp,
    long Writes,
    long StartedAt,
    int Next,
    int Partitions,
    KeeperCounts Did,
    long? FinishedAt = null,
    KeeperProblem? Problem = null,
    long? ListedAt = null)
{
    /// <summary>The content of the row.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, KeeperJson.Default.TopicKeeperRow);

    /// <summary>Reads the row.</summary>
    /// <exception cref="CorruptDataException">The row is not what this version writes.</exception>
    public static TopicKeeperRow Decode(TableRow row) =>
        RowJson.Read(row, KeeperJson.Default.TopicKeeperRow, static one => one.V);

    /// <summary>Whether somebody is at the topic who is not to be disturbed.</summary>
    /// <param name="writtenAt">When the row was written, in storage time.</param>
    /// <param name="duration">How long a sign of life lasts.</param>
    /// <param name="now">The storage service's time.</param>
    public bool IsHeld(DateTimeOffset writtenAt, TimeSpan duration, DateTimeOffset now) =>
        FinishedAt is null && now - writtenAt < duration;

    /// <summary>What the row tells an operator.</summary>
    public static TopicMaintenance Describe(TableRow row)
    {
        var stored = Decode(row);
        return new TopicMaintenance(
            stored.Topic,
            KeeperKeys.TopicOf(row.Key),
            KeeperJson.NodeIdOf(row, stored.Node),
            DateTimeOffset.FromUnixTimeMilliseconds(stored.StartedAt),
            row.WrittenAt,
            stored.FinishedAt is { } finishedAt ? DateTimeOffset.FromUnixTimeMilliseconds(finishedAt) : null,
            stored.Next,
            stored.Partitions,
            stored.Did,
            stored.Problem);
    }
}
