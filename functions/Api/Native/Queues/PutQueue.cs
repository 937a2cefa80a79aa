using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// <c>PUT /api/v1/topics/{topic}/queues/{group}</c>: creates a queue (201) or changes its settings (200).
/// </summary>
internal static class PutQueue
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, QueueCoordinator queues, string topic, string group)
    {
        if (QueueSearch.Read(topic, group, out var id) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var body = await SmallBody.ReadOptionalAsync(context.Request, QueueBodies.Default.PutQueueBody);
        if (Read(body ?? new PutQueueBody(), out var settings) is { } broken)
        {
            return new ProblemResult(new(ProblemCode.InvalidConfig, broken));
        }

        // A queue writes there in its own name, whoever rejects a record.
        if (settings.DeadLetterTopic is { } deadLetters
            && Caller.Of(context).RefusalOf(Right.WriteTopic, deadLetters.Value) is { } forbidden)
        {
            return new ProblemResult(forbidden);
        }

        return await queues.PutAsync(id, settings, context.RequestAborted) switch
        {
            QueueChange.Stored stored => new JsonResult(
                json => QueueAnswer.Write(json, stored.Queue),
                stored.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK),
            QueueChange.TopicNotFound => new ProblemResult(Problem.UnknownTopicOrPartition(topic)),
            QueueChange.Refused change => new ProblemResult(new(ProblemCode.InvalidConfig, change.Detail)),
            var change => throw new UnreachableException($"No answer is defined for {change}."),
        };
    }

    private static string? Read(PutQueueBody body, out QueueSettings settings)
    {
        settings = QueueSettings.Default;
        if (body.AutoOffsetReset is not (null or "latest" or "earliest"))
        {
            return $"'auto_offset_reset' is {Quotation.Of(body.AutoOffsetReset)}; it is latest or earliest.";
        }

        TopicName? deadLetters = null;
        if (body.DeadLetterTopic is { } name)
        {
            if (!TopicName.TryParse(name, out var parsed, out var broken))
            {
                return $"'dead_letter_topic' is {Quotation.Of(name)}, which is no topic's name: {broken}.";
            }

            deadLetters = parsed;
        }

        settings = settings with
        {
            AutoOffsetReset = body.AutoOffsetReset == "earliest" ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest,
            LockDuration = body.LockDurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : settings.LockDuration,
            DeliveryLimit = body.DeliveryLimit ?? settings.DeliveryLimit,
            InFlightMax = body.InFlightMax ?? settings.InFlightMax,
            DeadLetterTopic = deadLetters,
        };
        return null;
    }
}
