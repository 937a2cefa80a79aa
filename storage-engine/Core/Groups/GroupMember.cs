namespace Serverless.StorageEngine.Groups;

/// <summary>A member as the group's own row knows it; what it has read stands in its own row.</summary>
/// <param name="Id">Its name in the group.</param>
/// <param name="Number">
/// Stands for it in the assignment; unique among the members, and free again when it has gone.
/// </param>
/// <param name="Subscription">What it wants to read; of chosen partitions only that they were chosen.</param>
/// <param name="SessionTimeout">How long it may be silent before it is expelled.</param>
/// <param name="Epoch">
/// The epoch of the assignment that it last took or gave up partitions for; what it commits and says under another
/// epoch is refused (KIP-848). Rises with its own requests only.
/// </param>
/// <param name="PreviousEpoch">The one before, for a client that did not get the answer with the present one.</param>
public sealed record GroupMember(
    InstanceId Id,
    int Number,
    Subscription Subscription,
    TimeSpan SessionTimeout,
    int Epoch,
    int PreviousEpoch)
{
    /// <summary>What makes the member static (KIP-345), or null.</summary>
    public InstanceId? GroupInstanceId { get; init; }

    /// <summary>
    /// Whether it joined with a heartbeat: then its client reads by itself, and what it has it gives up in heartbeats
    /// alone.
    /// </summary>
    public bool Heartbeats { get; init; }

    /// <summary>The assignor it prefers, or null.</summary>
    public string? Assignor { get; init; }

    /// <summary>
    /// Since when it has partitions that it should give up, by the storage service's time; null when it has none.
    /// </summary>
    public DateTimeOffset? RevokingSince { get; init; }

    /// <summary>
    /// Since when a static member is away: it has no row of its own, and keeps its partitions until its session is
    /// over.
    /// </summary>
    public DateTimeOffset? AwaySince { get; init; }
}
