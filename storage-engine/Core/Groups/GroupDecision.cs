using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>What is decided about one request.</summary>
public abstract record GroupDecision
{
    private GroupDecision()
    {
    }

    /// <summary>The request takes effect when this is stored.</summary>
    /// <param name="Next">The group to store, on the condition that nobody changed what it was made from.</param>
    public sealed record Accepted(GroupDraft Next) : GroupDecision
    {
        /// <summary>Offsets to store in the same transaction.</summary>
        public ImmutableArray<OffsetCommit> Commits { get; init; } = [];

        /// <summary>Committed offsets to remove in the same transaction.</summary>
        public ImmutableArray<TopicPartition> Removed { get; init; } = [];

        /// <summary>
        /// Whether the decision depends on the group's row even where it does not change it: then nobody may change it
        /// meanwhile.
        /// </summary>
        public bool RestsOnGroup { get; init; }
    }

    /// <summary>The request changes nothing.</summary>
    /// <param name="Error">The kind of refusal.</param>
    /// <param name="Detail">One sentence with the names and values, where the kind alone does not say it.</param>
    public sealed record Refused(GroupError Error, string Detail) : GroupDecision;

    /// <summary>Nothing can be decided before more rows were read.</summary>
    /// <param name="Instance">Whose row.</param>
    public sealed record NeedsRow(InstanceId Instance) : GroupDecision;
}
