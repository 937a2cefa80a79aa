using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>
/// Kafka's RoundRobinAssignor: the partitions of all topics, in order, are dealt to the members in their order, again
/// and again from the first; who is not subscribed to a partition's topic is passed over. What moves when a member
/// comes or goes is not looked at.
/// </summary>
/// <remarks>Takes time in proportion to subscriptions, and to partitions by the logarithm of members.</remarks>
public sealed class RoundRobinAssignor : IAssignor
{
    /// <inheritdoc/>
    public string Name => AssignorNames.RoundRobin;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<int>> Assign(AssignmentInput input)
    {
        input.Verify();
        var subscribers = TopicSubscribers.Of(input);
        var assignment = ImmutableArray.CreateBuilder<ImmutableArray<int>>(input.Topics.Length);
        var turn = 0;
        for (var topic = 0; topic < input.Topics.Length; topic++)
        {
            var owners = ImmutableArray.CreateBuilder<int>(input.Topics[topic].PartitionCount);
            while (owners.Count < owners.Capacity)
            {
                var owner = NextFrom(turn, subscribers[topic]);
                turn = owner == AssignmentInput.Nobody ? turn : owner + 1;
                owners.Add(owner);
            }

            assignment.Add(owners.MoveToImmutable());
        }

        return assignment.MoveToImmutable();
    }

    // The first subscriber at or after a place among the members; after the last comes the first again.
    private static int NextFrom(int turn, ReadOnlySpan<int> subscribers)
    {
        if (subscribers.IsEmpty)
        {
            return AssignmentInput.Nobody;
        }

        var found = subscribers.BinarySearch(turn);
        var place = found < 0 ? ~found : found;
        return subscribers[place < subscribers.Length ? place : 0];
    }
}
