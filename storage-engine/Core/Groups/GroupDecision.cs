using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>The result of one step.</summary>
public abstract record GroupDecision
{
    private GroupDecision()
    {
    }

    /// <summary>The request takes effect when this is stored.</summary>
    /// <param name="Next">The state to store, on the condition that nobody changed what it was made from.</param>
    /// <param name="Commits">Offsets to store in the same transaction.</param>
    public sealed record Accepted(GroupState Next, ImmutableArray<OffsetCommit> Commits) : GroupDecision;

    /// <summary>The request changes nothing.</summary>
    /// <param name="Error">The kind of refusal.</param>
    /// <param name="Detail">One sentence with the names and values, where the kind alone does not say it.</param>
    public sealed record Refused(GroupError Error, string Detail) : GroupDecision;
}
