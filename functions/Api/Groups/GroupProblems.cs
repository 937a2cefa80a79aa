using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.Groups;

/// <summary>What a refusal of a group is called. Pure.</summary>
internal static class GroupProblems
{
    /// <summary>The problem of a refusal.</summary>
    /// <param name="error">Its kind.</param>
    /// <param name="detail">The group's own sentence.</param>
    public static Problem Of(GroupError error, string detail) => new(CodeOf(error, detail), detail);

    /// <summary>The problem of a refused request; null when it was done.</summary>
    /// <param name="outcome">What became of it.</param>
    public static Problem? Of(GroupOutcome outcome) =>
        outcome is GroupOutcome.Refused refused ? Of(refused.Error, refused.Detail) : null;

    /// <summary>Takes the name of a group from a path.</summary>
    /// <param name="group">The group of the path.</param>
    /// <param name="id">Its name, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? Read(string group, out GroupId id) => GroupId.TryParse(group, out id, out var broken)
        ? null
        : new Problem(ProblemCode.InvalidGroupId, $"The group's name is not allowed: {broken}.");

    /// <summary>There is no such group.</summary>
    public static Problem NotFound(GroupId group) =>
        new(ProblemCode.GroupIdNotFound, $"There is no group {Quotation.Of(group.Value)}.");

    private static ProblemCode CodeOf(GroupError error, string detail) => error switch
    {
        GroupError.InstanceNotFound => ProblemCode.UnknownMemberId,
        GroupError.InstanceExists or GroupError.UnreleasedInstanceId => ProblemCode.UnreleasedInstanceId,
        GroupError.GroupFull => ProblemCode.GroupMaxSizeReached,
        GroupError.SubscriptionTooLarge or GroupError.SubscriptionTypeConflict or GroupError.InvalidRequest
            or GroupError.NoOffset => ProblemCode.InvalidRequest,
        GroupError.UnknownTopicOrPartition => ProblemCode.UnknownTopicOrPartition,
        GroupError.Fenced => ProblemCode.NotPartitionOwner,
        GroupError.FencedMemberEpoch => ProblemCode.FencedMemberEpoch,
        GroupError.StaleMemberEpoch => ProblemCode.StaleMemberEpoch,
        GroupError.GroupNotEmpty => ProblemCode.NonEmptyGroup,
        GroupError.GroupNotFound => ProblemCode.GroupIdNotFound,

        // Its rows are being removed; the next try finds the name free.
        GroupError.GroupDeleting => ProblemCode.StorageUnavailable,
        _ => throw new InvariantViolatedException($"No problem is defined for {error}: {detail}"),
    };
}
