using System.Collections.Immutable;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>All that an assignor may look at: equal inputs are shared out equally, on every node.</summary>
/// <param name="Topics">The topics of the group, ascending by name (ordinal), each once.</param>
/// <param name="Members">The members of the group, ascending by key (ordinal), each once.</param>
/// <param name="Current">
/// For each topic and each of its partitions, who has it by the last assignment: a place in
/// <paramref name="Members"/>, or <see cref="Nobody"/>. A topic's list may be shorter than its partitions (the rest
/// has nobody) and longer (the rest is not looked at).
/// </param>
public sealed record AssignmentInput(
    ImmutableArray<AssignmentTopic> Topics,
    ImmutableArray<AssignmentMember> Members,
    ImmutableArray<ImmutableArray<int>> Current)
{
    /// <summary>Stands for the owner of a partition that nobody has, or that nobody wants.</summary>
    public const int Nobody = -1;

    /// <summary>Who has a partition by the last assignment: a place in the members, or <see cref="Nobody"/>.</summary>
    internal int OwnerOf(int topic, int partition)
    {
        var owners = Current[topic];
        return partition < owners.Length ? owners[partition] : Nobody;
    }

    /// <summary>
    /// Ends the process when the input is not in the stated order: two nodes could then share the same group out
    /// differently.
    /// </summary>
    internal void Verify()
    {
        Invariant.Holds(Current.Length == Topics.Length);
        for (var index = 1; index < Topics.Length; index++)
        {
            Invariant.Holds(string.CompareOrdinal(Topics[index - 1].Name, Topics[index].Name) < 0);
        }

        for (var index = 0; index < Members.Length; index++)
        {
            Invariant.Holds(index == 0 || string.CompareOrdinal(Members[index - 1].Key, Members[index].Key) < 0);
            VerifyTopicsOf(Members[index]);
        }

        foreach (var owners in Current)
        {
            foreach (var owner in owners)
            {
                Invariant.Holds(owner >= Nobody && owner < Members.Length);
            }
        }
    }

    private void VerifyTopicsOf(AssignmentMember member)
    {
        var before = -1;
        foreach (var topic in member.Topics)
        {
            Invariant.Holds(topic > before && topic < Topics.Length);
            before = topic;
        }
    }
}
