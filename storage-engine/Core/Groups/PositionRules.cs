using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>How a member's positions move.</summary>
internal static class PositionRules
{
    /// <summary>The client chose where to go on.</summary>
    public static GroupDecision Seek(GroupDraft draft, ConsumerInstance instance, GroupRequest.Seek request)
    {
        var assignment = instance.Assignment.ToBuilder();
        foreach (var (partition, offset) in request.Positions)
        {
            if (!assignment.TryGetValue(partition, out var assigned))
            {
                return new GroupDecision.Refused(
                    GroupError.NotAssigned, $"No current assignment for partition {partition}");
            }

            assignment[partition] = assigned with { Position = offset, Uncommitted = true };
        }

        return new GroupDecision.Accepted(draft.With(instance with { Assignment = assignment.ToImmutable() }));
    }

    /// <summary>A read has found records, and is about to return them.</summary>
    public static GroupDecision Advance(
        GroupDraft draft,
        ConsumerInstance instance,
        GroupRequest.Advance request,
        IReadOnlyCollection<Topic> topics,
        StorageInstant now)
    {
        if (instance.Stamps.Contains(request.Stamp))
        {
            return new GroupDecision.Accepted(draft);
        }

        // What stands uncommitted now was returned by an earlier read; whoever asks for more has got it.
        var commits = instance.Settings.AutoCommit ? OffsetRules.Uncommitted(instance, topics, static _ => true) : [];
        if (commits.IsEmpty && request.Moves.IsEmpty)
        {
            return new GroupDecision.Accepted(draft);
        }

        var committed = OffsetRules.Committed(instance, commits);
        var assignment = committed.Assignment.ToBuilder();
        foreach (var move in request.Moves)
        {
            // Another read of this member, a seek or a rebalance came first: these records are not this read's to
            // return.
            if (!assignment.TryGetValue(move.Partition, out var assigned)
                || assigned.Topic != move.Topic
                || assigned.Position != move.From)
            {
                return new GroupDecision.Refused(
                    GroupError.Superseded, $"The position of {move.Partition} is no longer {move.From}.");
            }

            assignment[move.Partition] = assigned with { Position = move.To, Uncommitted = move.Uncommitted };
        }

        var advanced = committed.Stamped(request.Stamp) with
        {
            Assignment = assignment.ToImmutable(),
            SeenAt = now.AtLeast,
        };
        return new GroupDecision.Accepted(draft.With(advanced)) { Commits = commits };
    }
}
