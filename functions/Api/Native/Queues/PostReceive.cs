using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// <c>POST /api/v1/topics/{topic}/queues/{group}:receive</c>: acquires the next records, as soon as there are any.
/// </summary>
internal static class PostReceive
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, Engine engine, QueueCoordinator queues, string topic, string group)
    {
        if (QueueSearch.Read(topic, group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        if (ReceiveQuery.Read(context.Request.Query, engine.Settings, out var query) is { } broken)
        {
            return new ProblemResult(Problem.InvalidRequest(broken));
        }

        var memory = engine.Memory.ShareOf(context);
        var request = query.Request with { Memory = memory.Bytes };
        var outcome = await queues.ReceiveAsync(id, request, context.RequestAborted);
        if (outcome is not ReceiveOutcome.Received received)
        {
            return new ProblemResult(ProblemOf(outcome, id));
        }

        memory.TakeShown(received.Records.Select(static one => one.Record));
        return new ReceivedPage(received, query.Form);
    }

    /// <summary>What to answer when there is nothing to receive from.</summary>
    public static Problem ProblemOf(ReceiveOutcome outcome, QueueId id) => outcome switch
    {
        ReceiveOutcome.TopicNotFound => Problem.UnknownTopicOrPartition(id.Topic.Value),
        ReceiveOutcome.NoRoom => new(
            ProblemCode.Throttled,
            "All requests together hold as much memory as this node has for them; nothing was acquired."),
        ReceiveOutcome.TooManyPartitions many => new(
            ProblemCode.InvalidPartitions,
            $"Topic '{id.Topic}' has {many.PartitionCount} partitions; a queue may be on {QueueLimits.PartitionsMax} "
            + "at most."),
        _ => throw new UnreachableException($"No problem is defined for {outcome}."),
    };
}
