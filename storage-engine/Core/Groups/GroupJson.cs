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

/// <summary>The row of a group; instants are in ticks of UTC.</summary>
/// <param name="V">The form of the row: 2.</param>
/// <param name="Epoch">See <see cref="GroupState"/>.</param>
/// <param name="Assigned">See <see cref="GroupState.AssignmentEpoch"/>.</param>
/// <param name="Subscriptions">What members want, each different wish once.</param>
/// <param name="Members">See <see cref="GroupState"/>.</param>
/// <param name="Topics">See <see cref="GroupState"/>.</param>
internal sealed record GroupRow(
    int V,
    int Epoch,
    int Assigned,
    IReadOnlyList<SubscriptionRow> Subscriptions,
    IReadOnlyList<MemberRow> Members,
    IReadOnlyList<GroupTopicRow> Topics)
{
    /// <summary>See <see cref="GroupState.EmptySince"/>.</summary>
    public long? EmptySince { get; init; }

    /// <summary>See <see cref="GroupState.ForgetBefore"/>; null for the beginning of time.</summary>
    public long? ForgetBefore { get; init; }

    /// <summary>True while the group is being deleted.</summary>
    public bool? Deleting { get; init; }
}

/// <summary>What members want: one of the three, or nothing.</summary>
internal sealed record SubscriptionRow(IReadOnlyList<string>? Topics, string? Pattern, bool? Chosen);

/// <summary>A member in the row of its group; see <see cref="GroupMember"/>.</summary>
/// <param name="Id">Its name.</param>
/// <param name="N">Its number.</param>
/// <param name="Sub">The place of its subscription in the group's row.</param>
/// <param name="Session">Its session time-out in milliseconds.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Previous">The one before.</param>
internal sealed record MemberRow(string Id, int N, int Sub, long Session, int Epoch, int Previous)
{
    /// <summary>See <see cref="GroupMember.GroupInstanceId"/>.</summary>
    public string? Instance { get; init; }

    /// <summary>See <see cref="GroupMember.Assignor"/>.</summary>
    public string? Assignor { get; init; }

    /// <summary>True for <see cref="GroupMember.Heartbeats"/>.</summary>
    public bool? Heartbeats { get; init; }

    /// <summary>See <see cref="GroupMember.RevokingSince"/>.</summary>
    public long? Revoking { get; init; }

    /// <summary>See <see cref="GroupMember.AwaySince"/>.</summary>
    public long? Away { get; init; }
}

/// <summary>A topic in the row of a group.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Id">The life of the topic.</param>
/// <param name="CreatedAt">In ticks of UTC, so that nothing is rounded.</param>
/// <param name="Target">
/// Runs of partitions that one member should have, in order: the member's number or -1, and how many.
/// </param>
/// <param name="Owners">Runs of partitions that one member has; null when they are as they should be.</param>
internal sealed record GroupTopicRow(
    string Name, string Id, long CreatedAt, IReadOnlyList<int> Target, IReadOnlyList<int>? Owners);

/// <summary>
/// The row of a member. When it was last seen is the time of the row itself, since only its own requests write it.
/// </summary>
/// <param name="V">The form of the row: 2.</param>
/// <param name="Id">The instance's name.</param>
/// <param name="Format">The embedded format.</param>
/// <param name="Reset"><c>earliest</c>, <c>latest</c> or <c>none</c>.</param>
/// <param name="AutoCommit">See <see cref="InstanceSettings"/>.</param>
/// <param name="WaitMs">The request time-out in milliseconds.</param>
/// <param name="Assignment">The owned partitions by topic.</param>
/// <param name="Stamps">See <see cref="ConsumerInstance"/>.</param>
internal sealed record InstanceRow(
    int V,
    string Id,
    string Format,
    string Reset,
    bool AutoCommit,
    long WaitMs,
    IReadOnlyList<AssignedTopicRow> Assignment,
    IReadOnlyList<long> Stamps)
{
    /// <summary>True when the client chose the partitions itself; they may be others' as well.</summary>
    public bool? Chosen { get; init; }

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
