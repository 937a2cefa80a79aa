using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>What is asked of a group.</summary>
/// <param name="Member">Who asks; null when nobody of the group does.</param>
public abstract record GroupRequest(InstanceId? Member)
{
    /// <summary>What a member asks.</summary>
    /// <param name="Instance">Who asks.</param>
    public abstract record OfMember(InstanceId Instance) : GroupRequest(Instance);

    /// <summary>Adds a member.</summary>
    /// <param name="Instance">Its name; must be free.</param>
    /// <param name="Settings">What the client chose.</param>
    /// <param name="SessionTimeout">How long it may be silent.</param>
    /// <param name="Stamp">A random number that makes this request known again.</param>
    public sealed record Create(
        InstanceId Instance, InstanceSettings Settings, TimeSpan SessionTimeout, long Stamp) : OfMember(Instance);

    /// <summary>
    /// Takes the member away; its partitions go to the others. A static member keeps them until its session is over.
    /// </summary>
    public sealed record Leave(InstanceId Instance) : OfMember(Instance);

    /// <summary>Shows that the member lives, and asks for its state.</summary>
    public sealed record Touch(InstanceId Instance) : OfMember(Instance);

    /// <summary>
    /// Begins a read: what the member is to give up, it gives up now, as a Kafka consumer does in <c>poll</c>; after a
    /// commit of what it had read, if it commits by itself.
    /// </summary>
    public sealed record Poll(InstanceId Instance) : OfMember(Instance);

    /// <summary>Changes what the member wants to read; what it no longer wants, it gives up at once.</summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Subscription">The new subscription; <see cref="Subscription.None"/> unsubscribes.</param>
    public sealed record Subscribe(InstanceId Instance, Subscription Subscription) : OfMember(Instance);

    /// <summary>Sets positions of partitions that the member has.</summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Positions">The next offset to read of each, not negative; checked only when it is read.</param>
    public sealed record Seek(InstanceId Instance, IReadOnlyDictionary<TopicPartition, long> Positions)
        : OfMember(Instance);

    /// <summary>Commits offsets of a member.</summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Offsets">
    /// At most <see cref="GroupLimits.OffsetsPerTransactionMax"/>; null for the positions of everything read so far, of
    /// which as many are committed as fit into one transaction.
    /// </param>
    public sealed record Commit(InstanceId Instance, ImmutableArray<PartitionOffset>? Offsets) : OfMember(Instance)
    {
        /// <summary>The epoch that the member believes to have; null when its client knows of none.</summary>
        public int? Epoch { get; init; }
    }

    /// <summary>
    /// Moves positions past records that are about to be returned, and commits what was returned before.
    /// </summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Moves">At most one for each partition; may be empty.</param>
    /// <param name="Stamp">A random number that makes this request known again.</param>
    public sealed record Advance(InstanceId Instance, ImmutableArray<PositionMove> Moves, long Stamp)
        : OfMember(Instance);

    /// <summary>
    /// KIP-848's heartbeat: joins, leaves, lives on, says what it wants and has, and is told what it may read.
    /// </summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Epoch">
    /// What the last answer said; <see cref="JoinEpoch"/>, <see cref="LeaveEpoch"/> or <see cref="AwayEpoch"/>.
    /// </param>
    /// <param name="Settings">What the client chose; counts when it joins.</param>
    /// <param name="SessionTimeout">How long it may be silent; counts when it joins.</param>
    public sealed record Heartbeat(
        InstanceId Instance, int Epoch, InstanceSettings Settings, TimeSpan SessionTimeout) : OfMember(Instance)
    {
        /// <summary>Joins, or comes back without any partition.</summary>
        public const int JoinEpoch = 0;

        /// <summary>Leaves.</summary>
        public const int LeaveEpoch = -1;

        /// <summary>Leaves for a while; only for static members.</summary>
        public const int AwayEpoch = -2;

        /// <summary>What the member wants to read; null for no change.</summary>
        public Subscription? Subscription { get; init; }

        /// <summary>The partitions that the member has at this moment; null for no change.</summary>
        public ImmutableSortedSet<TopicPartition>? Owned { get; init; }
    }

    /// <summary>
    /// Sets or removes committed offsets without being a member; refused while members share partitions.
    /// </summary>
    /// <param name="Offsets">
    /// At most <see cref="GroupLimits.OffsetsPerTransactionMax"/> with <paramref name="Removed"/>.
    /// </param>
    /// <param name="Removed">Partitions whose offsets are forgotten.</param>
    public sealed record Alter(
        ImmutableArray<PartitionOffset> Offsets, ImmutableArray<TopicPartition> Removed)
        : GroupRequest((InstanceId?)null)
    {
        /// <summary>Whether any member at all stands in the way, also one that shares nothing.</summary>
        public bool OnlyIfEmpty { get; init; }
    }

    /// <summary>Begins to delete a group without members; nothing else happens to it afterwards.</summary>
    public sealed record Delete() : GroupRequest((InstanceId?)null);
}
