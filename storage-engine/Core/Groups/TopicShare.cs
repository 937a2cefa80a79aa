using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups;

/// <summary>Who reads which partition of a topic, by member number.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Target">
/// For each partition the member that should have it (KIP-848: the target assignment), or <see cref="Nobody"/>.
/// </param>
/// <param name="Owners">
/// For each partition the member that has it, or <see cref="Nobody"/>. It changes hands only through nobody: the owner
/// gives it up, then the next one takes it. So no state of a group has two owners of a partition.
/// </param>
public sealed record TopicShare(GroupTopic Topic, ImmutableArray<int> Target, ImmutableArray<int> Owners)
{
    /// <summary>No member's number.</summary>
    public const int Nobody = -1;

    /// <summary>A topic that nobody reads yet.</summary>
    public static TopicShare Of(GroupTopic topic)
    {
        var nobody = Enumerable.Repeat(Nobody, topic.PartitionCount).ToImmutableArray();
        return new TopicShare(topic, nobody, nobody);
    }

    /// <summary>The same share of a topic that may have grown; a share of nobody when it is another life.</summary>
    public TopicShare At(GroupTopic topic)
    {
        if (topic.Id != Topic.Id)
        {
            return Of(topic);
        }

        var added = Enumerable.Repeat(Nobody, topic.PartitionCount - Topic.PartitionCount).ToArray();
        return ReferenceEquals(topic, Topic)
            ? this
            : new TopicShare(topic, Target.AddRange(added), Owners.AddRange(added));
    }

    /// <summary>The same share without a member that has gone.</summary>
    public TopicShare Without(int member) => this with
    {
        Target = Freed(Target, member),
        Owners = Freed(Owners, member),
    };

    private static ImmutableArray<int> Freed(ImmutableArray<int> cells, int member) =>
        cells.Contains(member) ? [.. cells.Select(cell => cell == member ? Nobody : cell)] : cells;
}
