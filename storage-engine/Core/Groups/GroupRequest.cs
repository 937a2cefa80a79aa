using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>What an instance asks of its group.</summary>
/// <param name="Instance">Who asks.</param>
public abstract record GroupRequest(InstanceId Instance)
{
    /// <summary>Adds an instance.</summary>
    /// <param name="Instance">Its name; must be free.</param>
    /// <param name="Settings">What the client chose.</param>
    /// <param name="Stamp">A random number that makes this request known again.</param>
    public sealed record Create(InstanceId Instance, InstanceSettings Settings, long Stamp) : GroupRequest(Instance);

    /// <summary>Removes the instance; its partitions go to the others at once.</summary>
    public sealed record Leave(InstanceId Instance) : GroupRequest(Instance);

    /// <summary>Shows that the instance lives, and asks for its state.</summary>
    public sealed record Touch(InstanceId Instance) : GroupRequest(Instance);

    /// <summary>Changes what the instance wants to read.</summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Subscription">The new subscription; <see cref="Subscription.None"/> unsubscribes.</param>
    public sealed record Subscribe(InstanceId Instance, Subscription Subscription) : GroupRequest(Instance);

    /// <summary>Sets positions of partitions that the instance owns.</summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Positions">The next offset to read of each, not negative; checked only when it is read.</param>
    public sealed record Seek(InstanceId Instance, IReadOnlyDictionary<TopicPartition, long> Positions)
        : GroupRequest(Instance);

    /// <summary>Commits offsets.</summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Offsets">
    /// At most <see cref="GroupLimits.OffsetsPerTransactionMax"/>; null for the positions of everything read so far, of
    /// which as many are committed as fit into one transaction.
    /// </param>
    public sealed record Commit(InstanceId Instance, ImmutableArray<PartitionOffset>? Offsets) : GroupRequest(Instance);

    /// <summary>
    /// Moves positions past records that are about to be returned, and commits what was returned before.
    /// </summary>
    /// <param name="Instance">Who asks.</param>
    /// <param name="Moves">At most one for each partition; may be empty.</param>
    /// <param name="Stamp">A random number that makes this request known again.</param>
    public sealed record Advance(InstanceId Instance, ImmutableArray<PositionMove> Moves, long Stamp)
        : GroupRequest(Instance);
}
