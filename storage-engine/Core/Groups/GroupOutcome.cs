using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;

namespace Serverless.StorageEngine.Groups;

/// <summary>The definite outcomes of a request to a group.</summary>
public abstract record GroupOutcome
{
    private GroupOutcome()
    {
    }

    /// <summary>The request's effect is durable.</summary>
    /// <param name="Instance">The instance afterwards; null when it left.</param>
    /// <param name="Commits">The offsets that were committed.</param>
    public sealed record Done(ConsumerInstance? Instance, ImmutableArray<OffsetCommit> Commits) : GroupOutcome
    {
        /// <summary>The group as this left it: what a next request can be decided on without reading it.</summary>
        internal GroupView? View { get; init; }
    }

    /// <summary>Nothing of the request was done, but for <see cref="Applied"/>.</summary>
    /// <param name="Error">The kind of refusal.</param>
    /// <param name="Detail">One sentence with the names and values.</param>
    public sealed record Refused(GroupError Error, string Detail) : GroupOutcome
    {
        /// <summary>
        /// How many offsets of a request that takes several transactions were stored before the refusal.
        /// </summary>
        public int Applied { get; init; }
    }
}
