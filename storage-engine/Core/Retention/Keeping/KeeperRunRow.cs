using System.Text.Json;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>
/// The last run over all topics: row <c>topics</c> of table partition <c>keeper</c>. Whoever begins a run writes it
/// first, so that its time is the storage service's time of the run.
/// </summary>
/// <param name="V">The version of the row: 1.</param>
/// <param name="Node">The node's id, 32 hexadecimal digits.</param>
/// <param name="Stamp">A random number of the run.</param>
/// <param name="Did">What it did.</param>
/// <param name="StartedAt">When it began, in storage time, milliseconds since 1970; null in the write that begins it,
/// whose time it is.</param>
/// <param name="FinishedAt">When it was done, or null.</param>
/// <param name="Next">The topic with which the next run goes on, or null for the first.</param>
/// <param name="NextPartition">The partition of that topic, or null for its first.</param>
/// <param name="NextShared">The shared log with whose sweep the next run goes on, or null for the first.</param>
/// <param name="Complete">Whether it dealt with everything: nothing was left, and nothing failed. Null until it is
/// done.</param>
/// <param name="Problem">The last problem that it met.</param>
internal sealed record KeeperRunRow(
    int V,
    string Node,
    long Stamp,
    KeeperCounts Did,
    long? StartedAt = null,
    long? FinishedAt = null,
    string? Next = null,
    int? NextPartition = null,
    string? NextShared = null,
    bool? Complete = null,
    KeeperProblem? Problem = null)
{
    /// <summary>The content of the row.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, KeeperJson.Default.KeeperRunRow);

    /// <summary>Reads the row.</summary>
    /// <exception cref="CorruptDataException">The row is not what this version writes.</exception>
    public static KeeperRunRow Decode(TableRow row) =>
        RowJson.Read(row, KeeperJson.Default.KeeperRunRow, static one => one.V);

    /// <summary>What the row tells an operator.</summary>
    public static KeeperRun Describe(TableRow row)
    {
        var stored = Decode(row);
        return new KeeperRun(
            KeeperJson.NodeIdOf(row, stored.Node),
            stored.StartedAt is { } startedAt ? DateTimeOffset.FromUnixTimeMilliseconds(startedAt) : row.WrittenAt,
            stored.FinishedAt is { } finishedAt ? DateTimeOffset.FromUnixTimeMilliseconds(finishedAt) : null,
            stored.Next,
            stored.Complete == true,
            stored.Did,
            stored.Problem);
    }
}
