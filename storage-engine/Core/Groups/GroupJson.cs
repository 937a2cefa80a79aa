using System.Text.Json.Serialization;

namespace Serverless.StorageEngine.Groups;

/// <summary>The JSON of the rows of groups and committed offsets; persisted, so members are only ever added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GroupRow))]
[JsonSerializable(typeof(InstanceRow))]
[JsonSerializable(typeof(Offsets.OffsetRow))]
internal sealed partial class GroupJson : JsonSerializerContext;

/// <summary>The row of a group.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Generation">See <see cref="GroupState"/>.</param>
/// <param name="Topics">See <see cref="GroupState"/>.</param>
internal sealed record GroupRow(int V, int Generation, IReadOnlyList<GroupTopicRow> Topics);

/// <summary>
/// A topic in the row of a group; <paramref name="CreatedAt"/> in ticks of UTC, so that nothing is rounded.
/// </summary>
internal sealed record GroupTopicRow(string Name, string Id, int Partitions, long CreatedAt);

/// <summary>The row of an instance.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Id">The instance's name.</param>
/// <param name="Format">The embedded format.</param>
/// <param name="Reset"><c>earliest</c>, <c>latest</c> or <c>none</c>.</param>
/// <param name="AutoCommit">See <see cref="InstanceSettings"/>.</param>
/// <param name="WaitMs">The request time-out in milliseconds.</param>
/// <param name="Topics">The names subscribed to.</param>
/// <param name="Pattern">The pattern subscribed to.</param>
/// <param name="Chosen">Whether the assignment was chosen by the client.</param>
/// <param name="Assignment">The owned partitions by topic.</param>
/// <param name="Stamps">See <see cref="ConsumerInstance"/>.</param>
/// <param name="SeenAt">
/// In ticks of UTC, when another's request wrote the row; null when the instance's own request did, and the service's
/// own time of the write is the better answer.
/// </param>
internal sealed record InstanceRow(
    int V,
    string Id,
    string Format,
    string Reset,
    bool AutoCommit,
    long WaitMs,
    IReadOnlyList<string>? Topics,
    string? Pattern,
    bool? Chosen,
    IReadOnlyList<AssignedTopicRow> Assignment,
    IReadOnlyList<long> Stamps,
    long? SeenAt)
{
    /// <summary>See <see cref="InstanceSettings.FetchMinBytes"/>; null for -1.</summary>
    public int? MinBytes { get; init; }

    /// <summary>See <see cref="InstanceSettings.GroupInstanceId"/>.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>See <see cref="InstanceSettings.Assignor"/>.</summary>
    public string? Assignor { get; init; }
}

/// <summary>The owned partitions of one topic.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Id">The life of the topic.</param>
/// <param name="Positions">
/// Three numbers for each partition: its index; the position, or -1; 1 if that is uncommitted, else 0.
/// </param>
internal sealed record AssignedTopicRow(string Name, string Id, IReadOnlyList<long> Positions);
