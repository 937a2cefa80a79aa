namespace Serverless.StorageEngine.Groups;

/// <summary>What an operator may set about consumer groups; all nodes of a store should agree.</summary>
public sealed record GroupSettings
{
    /// <summary>
    /// An instance that makes no request for this long is removed (<c>consumer.instance.timeout.ms</c>).
    /// </summary>
    public TimeSpan InstanceTimeout { get; init; } = TimeSpan.FromMilliseconds(300_000);

    /// <summary>How long a member of the native protocol may be silent when it does not say itself
    /// (<c>group.consumer.session.timeout.ms</c>).</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How long a living member may keep partitions that it should give up, before it is expelled
    /// (<c>max.poll.interval.ms</c>).
    /// </summary>
    public TimeSpan RebalanceTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the committed offsets of a group without members are kept (<c>offsets.retention.minutes</c>).
    /// </summary>
    public TimeSpan OffsetsRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a waiting read goes without looking at the group's rows: the time until it notices that partitions of
    /// an instance that left are now its own. Each look is one paid query.
    /// </summary>
    public TimeSpan RecheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old the list of all topics may be that patterns are matched against (<c>metadata.max.age.ms</c>): a node
    /// reads it no more often, however many instances with patterns it serves.
    /// </summary>
    public TimeSpan PatternRefreshInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>See <see cref="WholeMembersMax"/>.</summary>
    internal const int WholeMembersMaxDefault = 16;

    /// <summary>
    /// A group of so many members is read whole: one query reads them at no more cost than the group's row alone.
    /// </summary>
    internal int WholeMembersMax { get; init; } = WholeMembersMaxDefault;
}
