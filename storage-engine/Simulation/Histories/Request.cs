using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>What a client asks. The answers that each request can have besides a failed and an unknown one stand at
/// it.</summary>
public abstract record Request
{
    private Request()
    {
    }

    /// <summary>Appends values to a partition as one batch: <see cref="Answer.Sent"/>.</summary>
    /// <param name="Partition">Where.</param>
    /// <param name="Values">
    /// Different from all other values of the history, so that a value names its writer. Only a producer that the log
    /// can recognise may send the same values again, under the same identity: these are attempts of one send.
    /// </param>
    /// <param name="Identity">By what the log recognises a repeated attempt.</param>
    public sealed record Send(PartitionId Partition, ImmutableArray<long> Values, SendIdentity Identity) : Request
    {
        /// <summary>The next offset of the partition that the client expects (<c>If-Match</c>), or null.</summary>
        public long? NextOffset { get; init; }

        /// <summary>The fencing token that the client states, or null.</summary>
        public string? FencingToken { get; init; }

        /// <summary>
        /// Whether the client sends to this partition in order: each send after the one before it has ended for
        /// certain, or with sequences that let the log keep the order.
        /// </summary>
        public bool Ordered { get; init; }
    }

    /// <summary>Reads from chosen positions: <see cref="Answer.Polled"/> or <see cref="Answer.OutOfRange"/>.</summary>
    /// <param name="From">Where, one for each partition; an offset of -1 leaves the place to the server, as a cursor
    /// does.</param>
    public sealed record Poll(ImmutableArray<Position> From) : Request;

    /// <summary>
    /// A client that reads chosen positions says from where it will go on; partitions that it does not name it
    /// forgets. Noted, not answered.
    /// </summary>
    /// <param name="From">The partitions; an offset of -1 keeps the position that the client has.</param>
    public sealed record Assign(ImmutableArray<Position> From) : Request;

    /// <summary>Joins a group and names its topics: <see cref="Answer.Done"/>.</summary>
    public sealed record Subscribe(string Group, string Member, ImmutableArray<TopicId> Topics) : Request
    {
        /// <summary>Whether the group reads a partition from its start as long as it has committed nothing of
        /// it.</summary>
        public bool FromEarliest { get; init; }
    }

    /// <summary>Reads as a member of a group: <see cref="Answer.Polled"/>.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Member">The member; a member that joins anew has another name. Empty for a consumer that is
    /// none.</param>
    public sealed record GroupPoll(string Group, string Member) : Request
    {
        /// <summary>Whether the client keeps the position: then a lost answer loses nothing.</summary>
        public bool KeepsPosition { get; init; }
    }

    /// <summary>Commits offsets as a member of a group: <see cref="Answer.Done"/>.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Member">The member.</param>
    /// <param name="Offsets">The next offset to read of each partition; empty for everything that the member has
    /// read.</param>
    public sealed record Commit(string Group, string Member, ImmutableArray<Position> Offsets) : Request
    {
        /// <summary>The epoch that the member believes to have, or null.</summary>
        public int? Epoch { get; init; }

        /// <summary>Stored with the offsets as their metadata, and unique; empty for everything that was
        /// read.</summary>
        public string Mark { get; init; } = "";
    }

    /// <summary>Joins, lives on or leaves as a member that knows what it has:
    /// <see cref="Answer.Assigned"/>.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Member">The member.</param>
    /// <param name="Epoch">The epoch that it believes to have; 0 to join, negative to leave.</param>
    /// <param name="Owned">What it has at this moment; null for no change.</param>
    public sealed record Heartbeat(
        string Group, string Member, int Epoch, ImmutableArray<ListedPartition>? Owned) : Request
    {
        /// <summary>See <see cref="Subscribe.FromEarliest"/>.</summary>
        public bool FromEarliest { get; init; }
    }

    /// <summary>Sets or removes committed offsets without being a member: <see cref="Answer.Done"/>.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="Offsets">The next offset to read of each partition.</param>
    /// <param name="Mark">Stored with the offsets as their metadata, and unique.</param>
    public sealed record AlterOffsets(string Group, ImmutableArray<Position> Offsets, string Mark) : Request
    {
        /// <summary>The partitions whose offsets are to be forgotten.</summary>
        public ImmutableArray<PartitionId> Removed { get; init; } = [];
    }

    /// <summary>
    /// Members say that they have nothing to wait for any more, and change nothing from now on. Noted, not answered.
    /// </summary>
    /// <param name="Group">The group.</param>
    /// <param name="Members">All of its members.</param>
    /// <param name="IsBalanced">Whether its assignor balances.</param>
    public sealed record Settled(string Group, ImmutableArray<SettledMember> Members, bool IsBalanced) : Request;

    /// <summary>Leaves a group: <see cref="Answer.Done"/>.</summary>
    public sealed record Leave(string Group, string Member) : Request;

    /// <summary>Asks for committed offsets: <see cref="Answer.CommittedOffsets"/>.</summary>
    public sealed record ReadCommitted(string Group, ImmutableArray<PartitionId> Partitions) : Request;

    /// <summary>Asks for the ends of a partition as they are now: <see cref="Answer.Ends"/>.</summary>
    public sealed record GetOffsets(PartitionId Partition) : Request;

    /// <summary>Asks for the first record that is not older: <see cref="Answer.Found"/>.</summary>
    /// <param name="Partition">Where.</param>
    /// <param name="Timestamp">Milliseconds since 1970.</param>
    public sealed record FindOffset(PartitionId Partition, long Timestamp) : Request;

    /// <summary>Sets the fencing token of a partition: <see cref="Answer.Fenced"/>.</summary>
    /// <param name="Partition">Where.</param>
    /// <param name="Token">The token from then on; empty for none.</param>
    public sealed record Fence(PartitionId Partition, string Token) : Request
    {
        /// <summary>The next offset of the partition that the client expects, or null.</summary>
        public long? NextOffset { get; init; }

        /// <summary>The token that must be set now, or null.</summary>
        public string? FencingToken { get; init; }
    }

    /// <summary>Deletes the records before an offset: <see cref="Answer.RecordsDeleted"/> or
    /// <see cref="Answer.OutOfRange"/>.</summary>
    /// <param name="Partition">Where.</param>
    /// <param name="BeforeOffset">The first offset that stays; -1 for the high watermark.</param>
    public sealed record DeleteRecords(PartitionId Partition, long BeforeOffset) : Request;

    /// <summary>Has a node's keeper run: <see cref="Answer.Kept"/>.</summary>
    /// <param name="Topic">For one topic only, or null.</param>
    public sealed record Keep(string? Topic) : Request;

    /// <summary>
    /// Keepers found nothing to do any more, when everything had become due: from now on nothing is left behind. Noted,
    /// not answered.
    /// </summary>
    public sealed record KeptToRest : Request;

    /// <summary>Asks for a producer id: <see cref="Answer.ProducerGranted"/>.</summary>
    /// <param name="Name">The name under which a producer keeps its id over restarts, or null.</param>
    public sealed record InitProducer(string? Name) : Request;

    /// <summary>Creates a topic: <see cref="Answer.TopicCreated"/>.</summary>
    public sealed record CreateTopic(string Name, int PartitionCount) : Request;

    /// <summary>Adds partitions to a topic: <see cref="Answer.Done"/>.</summary>
    public sealed record GrowTopic(TopicId Topic, int PartitionCount) : Request;

    /// <summary>Deletes one life of a topic: <see cref="Answer.Done"/>.</summary>
    public sealed record DeleteTopic(TopicId Topic) : Request;
}
