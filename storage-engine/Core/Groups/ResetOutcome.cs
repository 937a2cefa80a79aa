using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups;

/// <summary>What became of a reset of offsets.</summary>
public abstract record ResetOutcome
{
    private ResetOutcome()
    {
    }

    /// <summary>Where the group goes on; in a dry run, where it would.</summary>
    /// <param name="Partitions">In order.</param>
    public sealed record Done(ImmutableArray<PartitionReset> Partitions) : ResetOutcome;

    /// <summary>The reset was refused.</summary>
    /// <param name="Error">The kind of refusal.</param>
    /// <param name="Detail">One sentence with the names and values.</param>
    /// <param name="Applied">
    /// How many partitions were reset before: more than none only when a member came while many were.
    /// </param>
    public sealed record Refused(GroupError Error, string Detail, int Applied) : ResetOutcome;

    /// <summary>The storage service failed after some of several transactions; the others changed nothing.</summary>
    /// <param name="Applied">How many partitions were reset: the first ones in order, at least one.</param>
    /// <param name="Planned">How many should have been.</param>
    /// <param name="RetryAfter">How long the service asked to wait, if it said so.</param>
    public sealed record Interrupted(int Applied, int Planned, TimeSpan? RetryAfter) : ResetOutcome;
}
