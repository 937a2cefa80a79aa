using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>
/// Kafka's RangeAssignor: topic by topic, the partitions are laid out in order and cut into one piece for each
/// subscriber in their order; when they do not divide evenly, the first subscribers get one more. Topics with as many
/// partitions and the same subscribers are cut alike, so that one member reads the same partitions of both (to join
/// them). What moves when a member comes or goes is not looked at.
/// </summary>
/// <remarks>Takes time in proportion to subscriptions and partitions.</remarks>
public sealed class RangeAssignor : IAssignor
{
    /// <inheritdoc/>
    public string Name => AssignorNames.Range;

    /// <inheritdoc/>
    public ImmutableArray<ImmutableArray<int>> Assign(AssignmentInput input)
    {
        input.Verify();
        var subscribers = TopicSubscribers.Of(input);
        return [.. input.Topics.Select((topic, index) => Cut(topic.PartitionCount, subscribers[index]))];
    }

    private static ImmutableArray<int> Cut(int partitionCount, ReadOnlySpan<int> subscribers)
    {
        var owners = new int[partitionCount];
        owners.AsSpan().Fill(AssignmentInput.Nobody);
        if (!subscribers.IsEmpty)
        {
            var (each, extra) = Math.DivRem(partitionCount, subscribers.Length);
            var first = 0;
            for (var index = 0; index < subscribers.Length; index++)
            {
                var count = each + (index < extra ? 1 : 0);
                owners.AsSpan(first, count).Fill(subscribers[index]);
                first += count;
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(owners);
    }
}
