using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.Queues;

/// <summary>The JSON of the rows of queues; persisted, so members are only ever added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QueueRow))]
[JsonSerializable(typeof(SharePartitionRow))]
internal sealed partial class QueueJson : JsonSerializerContext;

/// <summary>The row of a queue.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Group">The share group's name.</param>
/// <param name="Life">See <see cref="ShareGroup"/>; 16 hexadecimal digits.</param>
/// <param name="Deleted">Whether the queue is gone; the row stays and keeps late creations out.</param>
/// <param name="Reset"><c>earliest</c> or <c>latest</c>.</param>
/// <param name="LockMs">The lock duration in milliseconds.</param>
/// <param name="Deliveries">The delivery limit.</param>
/// <param name="InFlight">The most records in flight of a partition.</param>
/// <param name="DeadLetters">The name of the dead-letter topic.</param>
/// <param name="Topic">The life of the topic in which the queue was created.</param>
/// <param name="Starts">Where it began in each partition; absent when it began at the first records.</param>
internal sealed record QueueRow(
    int V,
    string Group,
    string Life,
    bool? Deleted,
    string Reset,
    long LockMs,
    int Deliveries,
    int InFlight,
    string? DeadLetters,
    string Topic,
    IReadOnlyList<long>? Starts);

/// <summary>The row of a share partition.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Queue">The life of the queue; 16 hexadecimal digits.</param>
/// <param name="Topic">The life of the topic.</param>
/// <param name="Start">The start offset.</param>
/// <param name="Runs">
/// Five numbers for each run of records that are in flight in the same way: how many; the <see cref="RecordState"/>;
/// their deliveries; which of the holds, or -1; the <see cref="ArchiveCause"/>.
/// </param>
/// <param name="Holds">What keeps records from being delivered for a time.</param>
/// <param name="Writes">How often the row was written.</param>
/// <param name="Stamps">A random number of each of the last writes, the newest last.</param>
internal sealed record SharePartitionRow(
    int V,
    string Queue,
    string Topic,
    long Start,
    IReadOnlyList<int> Runs,
    IReadOnlyList<HoldRow> Holds,
    long Writes,
    IReadOnlyList<long> Stamps);

/// <summary>A lock, or the delay of a release.</summary>
/// <param name="Lock">The lock's id, 16 hexadecimal digits; null for a delay.</param>
/// <param name="Receiver">What the receiver called itself.</param>
/// <param name="Ms">How long it lasts, in milliseconds.</param>
/// <param name="Until">
/// In ticks of UTC; null when this write has made it, and it counts from the service's own time of the write.
/// </param>
internal sealed record HoldRow(string? Lock, string? Receiver, long Ms, long? Until);
