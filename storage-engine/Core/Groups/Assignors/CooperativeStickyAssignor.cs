using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>
/// Balanced, and moving few partitions. What Kafka's CooperativeStickyAssignor and KIP-848's uniform assignor are for;
/// the hand-over without a stop is the group's own, with every assignor.
/// </summary>
/// <remarks>
/// <para>
/// Balanced: no partition could go from its owner to a subscriber that has at least two fewer. When all members have
/// the same subscriptions, they have equally many, give or take one, and the moves are the fewest that reach that.
/// With different subscriptions the moves are few, not provably the fewest.
/// </para>
/// <para>
/// How: topics with the same subscribers form a pool, whose partitions weigh the same to everyone. Every partition
/// stays where it is, those without an owner go to the subscriber that has the fewest, and then pool by pool the
/// heaviest owner gives to the lightest subscriber until that betters nothing; a pool that changes can upset others, so
/// all are looked at again, for at most <see cref="RoundsMax"/> rounds. Only then is it decided which partitions
/// move.
/// </para>
/// <para>
/// Takes time in proportion to subscriptions, and in each round to the subscribers of all pools and at most all
/// partitions by the logarithm of members. Measured with 1,000 members and 10,000 partitions: 1 to 50 ms with up to
/// 1,000 topics, whoever is subscribed to what; 50 to 310 ms with 10,000 topics of one partition and five to ten
/// million subscriptions.
/// </para>
/// </remarks>
public sealed class CooperativeStickyAssignor : IAssignor
{
    /// <summary>
    /// The most rounds over the pools. Equal subscriptions take one, groups drawn at random took up to six. Many rounds
    /// take only chains, in which each member shares a topic with its neighbours alone: thirty members, all of whose
    /// 300 partitions had to flow through each other, took 85. Past the limit the assignment is complete, and as far
    /// balanced as it came.
    /// </summary>
    internal const int RoundsMax = 256;

    /// <inheritdoc/>
    public string Name => AssignorNames.CooperativeSticky;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<int>> Assign(AssignmentInput input)
    {
        input.Verify();
        var pools = PartitionPool.AllOf(input);
        foreach (var pool in pools)
        {
            pool.PlaceUnowned();
        }

        var rounds = 0;
        while (rounds < RoundsMax && LevelAll(pools))
        {
            rounds++;
        }

        var owners = input.Topics.Select(static topic => new int[topic.PartitionCount]).ToArray();
        Array.ForEach(owners, static partitions => partitions.AsSpan().Fill(AssignmentInput.Nobody));
        foreach (var pool in pools)
        {
            pool.Deal(owners);
        }

        return [.. owners.Select(ImmutableCollectionsMarshal.AsImmutableArray)];
    }

    private static bool LevelAll(List<PartitionPool> pools)
    {
        var levelled = false;
        foreach (var pool in pools)
        {
            levelled |= pool.Level();
        }

        return levelled;
    }
}
