using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Native;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Groups;

/// <summary>A reset of offsets, in the body that the native API and v3 share.</summary>
internal static class OffsetResetCall
{
    /// <summary>Reads the request, and does it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="engine">Topics and clock.</param>
    /// <param name="groups">Knows what the group has committed.</param>
    /// <param name="resets">Does it.</param>
    /// <param name="group">The group.</param>
    /// <returns>What was done, and whether only on trial; or why nothing was, or not all.</returns>
    /// <exception cref="RequestRefusedException">The body is not one of a reset.</exception>
    public static async ValueTask<(ResetOutcome.Done? Done, bool DryRun, Problem? Problem)> RunAsync(
        HttpContext context, Engine engine, GroupCoordinator groups, OffsetResets resets, GroupId group)
    {
        var body = await SmallBody.ReadAsync(context.Request, ResetBodies.Default.ResetOffsetsBody);
        if (ResetRules.Read(body, engine.Time.GetUtcNow(), out var target) is { } broken)
        {
            return (null, false, Problem.InvalidRequest(broken));
        }

        var caller = Caller.Of(context);
        var (partitions, refused) = body.Topics is null
            ? await FindAsync(groups, group, caller, context.RequestAborted)
            : await FindAsync(engine, body.Topics, caller, context.RequestAborted);
        if (refused is not null)
        {
            return (null, false, refused);
        }

        var dryRun = body.DryRun ?? false;
        return await resets.RunAsync(group, target, partitions, dryRun, context.RequestAborted) switch
        {
            ResetOutcome.Done done => (done, dryRun, null),
            ResetOutcome.Interrupted interrupted => (null, dryRun, ProblemOf(interrupted)),
            var outcome => (null, dryRun, ProblemOf((ResetOutcome.Refused)outcome)),
        };
    }

    private static Problem ProblemOf(ResetOutcome.Interrupted interrupted) => new(
        ProblemCode.StorageUnavailable,
        $"The storage service failed when the first {interrupted.Applied} of {interrupted.Planned} partitions were "
        + "reset; the others are as they were.")
    {
        Effects = SideEffects.Applied,
        RetryAfter = interrupted.RetryAfter,
    };

    private static Problem ProblemOf(ResetOutcome.Refused refused)
    {
        var problem = GroupProblems.Of(refused.Error, refused.Detail);
        return refused.Applied == 0
            ? problem
            : problem with
            {
                Detail = $"{problem.Detail} The first {refused.Applied} partitions were reset before.",
                Effects = SideEffects.Applied,
            };
    }

    // All that the group has committed offsets of, and the caller may know of. Null, which stands for all, when that is
    // no restriction: the reset then sees them as they are when it happens.
    private static async ValueTask<(IReadOnlyCollection<TopicPartition>? Partitions, Problem? Problem)> FindAsync(
        GroupCoordinator groups, GroupId group, Caller caller, CancellationToken cancellationToken)
    {
        if (caller.IsSuper || await groups.DescribeAsync(group, cancellationToken) is not { } described)
        {
            return (null, null);
        }

        var visible = described.Offsets.Keys.Where(one => caller.May(Right.DescribeTopic, one.Topic)).ToList();
        return (visible, caller.RefusalOf(Right.ReadTopic, visible.Select(static one => one.Topic)));
    }

    private static async ValueTask<(IReadOnlyCollection<TopicPartition>? Partitions, Problem? Problem)> FindAsync(
        Engine engine,
        IReadOnlyList<TopicPartitionsBody?> topics,
        Caller caller,
        CancellationToken cancellationToken)
    {
        var (names, partitions) = (new HashSet<TopicName>(), new HashSet<TopicPartition>());
        foreach (var entry in topics)
        {
            if (entry?.Topic is not { } name || !TopicName.TryParse(name, out var topic, out _))
            {
                return (null, PartitionLists.NoTopic("topics", entry));
            }

            // An entry can stand for all partitions of its topic: a short body must not make a node count them again
            // and again.
            if (!names.Add(topic))
            {
                return (null, Problem.InvalidRequest(
                    $"Topic '{topic}' stands twice in 'topics'; one entry names all of its 'partitions'."));
            }

            if (caller.RefusalOf(Right.ReadTopic, name) is { } forbidden)
            {
                return (null, forbidden);
            }

            if (await engine.Topics.FindAsync(topic, cancellationToken) is not { } found)
            {
                return (null, Problem.UnknownTopicOrPartition(name));
            }

            foreach (var partition in entry.Partitions ?? [.. Enumerable.Range(0, found.PartitionCount)])
            {
                if (partition < 0 || partition >= found.PartitionCount)
                {
                    return (null, Problem.UnknownTopicOrPartition(name, partition));
                }

                if (partitions.Add(new TopicPartition(topic, partition))
                    && partitions.Count > GroupLimits.PartitionsMax)
                {
                    return (null, Problem.InvalidRequest(
                        $"The request names more than {GroupLimits.PartitionsMax} partitions; so many are possible."));
                }
            }
        }

        return (partitions, null);
    }
}
